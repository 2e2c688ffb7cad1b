"""Practice: drills with feedback after each item, mock exams, and each person's own mistakes."""
