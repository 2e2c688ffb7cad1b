"""Revisions of published courses: a working copy, its publication, and the history."""
