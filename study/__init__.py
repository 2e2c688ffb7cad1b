"""Each person's own study: the home page of tasks and the learning record."""
