"""Reads of courses, one module a subject."""
