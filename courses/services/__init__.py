"""Acts of courses, one module a subject."""
