"""Reads of what an archive is made of. Loading is authorising."""
