"""What is done to blueprints and forms: written, drawn, mended, sealed."""
