"""Scores of exams on paper: entered, checked, taken in from sheets."""
