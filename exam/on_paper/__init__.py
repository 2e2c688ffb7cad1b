"""Exams on paper: sheets, scores and what optical readers export."""
