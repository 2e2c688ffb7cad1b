"""Pages made of sealed papers: their sheets, and who has met which item."""
