"""The course catalogue, each person's progress through it, and credit hours."""
