"""Acts of revising, one module a subject."""
