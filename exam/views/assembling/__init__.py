"""Pages of blueprints and forms."""
