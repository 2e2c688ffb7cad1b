"""Reminders and 催办: what is near due or overdue, who is told of it at which step, and the log."""
