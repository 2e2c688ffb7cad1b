"""Items tagged by law article: types, revisions, import."""
