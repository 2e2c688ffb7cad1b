"""评价: people and departments scored by dated rules, in editions that explain themselves."""
