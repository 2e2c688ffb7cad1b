"""Pages of those who sit an exam."""
