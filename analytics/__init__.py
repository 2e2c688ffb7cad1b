"""Exam and learning rates per department: reads every package, changes none."""
