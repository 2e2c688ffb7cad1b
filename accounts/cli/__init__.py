"""Commands: the roster, accounts."""
