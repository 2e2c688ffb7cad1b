"""Reads about people, units, accounts and the trail, one module a subject; all ordered."""
