"""Of training classes."""
