"""Items as files: our template, filled in or empty. Rules only."""
