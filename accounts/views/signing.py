"""Pages of signing."""
