"""Forms of exams, one module a subject."""
