"""Indices of copying and of speed: evidence for a person to judge, never more."""
