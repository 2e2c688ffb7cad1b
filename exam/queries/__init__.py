"""Reads for the pages of exams, one module a subject."""
