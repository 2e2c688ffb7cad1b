"""Acts of study groups."""
