"""Items that say nearly the same: one folding, one sketch, one verdict. Pure."""
