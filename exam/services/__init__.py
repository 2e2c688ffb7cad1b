"""What is done in this package, one module a subject."""
