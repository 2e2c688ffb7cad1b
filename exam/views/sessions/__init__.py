"""Pages of sessions, their lists, their requests and their hall."""
