"""E-mail: queued with what causes it, and handed in by a job that tries again."""
