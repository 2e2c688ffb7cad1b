"""Pages of results: final ones, certificates, pass marks, one's own."""
