"""Items drafted from the text of an article, always for a person to accept, edit or drop. Rules."""
