"""The roster as people write it: what it says of a person, read from tables, compared. Pure."""
