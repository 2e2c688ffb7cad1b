"""Reads for those who sit an exam."""
