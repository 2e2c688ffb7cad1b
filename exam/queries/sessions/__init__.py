"""Reads for sessions, their lists, their door and their hall."""
