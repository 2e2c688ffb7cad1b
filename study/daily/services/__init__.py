"""Acts of everyday study."""
