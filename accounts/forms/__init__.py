"""Forms of this package, one module a subject."""
