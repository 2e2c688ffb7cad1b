"""Reads for blueprints, forms and what a draw may take."""
