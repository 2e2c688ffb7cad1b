"""Reads of everyday study. Everybody gets their own and nothing else, but for anomalies."""
