"""Reads for marking, rechecks and corrections."""
