"""Reads of study groups. Loading is authorising; every list is in a fixed order."""
