"""Reads for results: final ones, certificates, pass marks, what was missed."""
