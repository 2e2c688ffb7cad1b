"""A sealed paper: what it holds, and what of it a candidate gets in which order."""
