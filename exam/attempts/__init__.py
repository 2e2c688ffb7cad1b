"""An attempt: when it may run, and what a client sends of it."""
