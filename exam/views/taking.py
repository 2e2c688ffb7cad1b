"""Pages of taking."""
