"""Full-text search in Chinese, on both engines."""
