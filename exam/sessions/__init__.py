"""A session: who sits it, who is let in, who sits what, how they stand."""
