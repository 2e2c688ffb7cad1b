"""Reads about sealed papers and who has met their items."""
