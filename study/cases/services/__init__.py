"""Acts on cases."""
