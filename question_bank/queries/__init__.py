"""Reads of the bank: browsing, citing, importing."""
