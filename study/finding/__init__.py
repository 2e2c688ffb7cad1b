"""One search over laws, articles, items and courses."""
