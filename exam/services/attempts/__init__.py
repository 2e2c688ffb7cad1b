"""What candidates do to their attempts, and what is done to an attempt."""
