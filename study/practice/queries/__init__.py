"""Reads of practice. Everybody gets their own and nothing else."""
