"""Pages of building."""
