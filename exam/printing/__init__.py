"""Papers of exams as Word files: the paper, the answer card, the key. Pure."""
