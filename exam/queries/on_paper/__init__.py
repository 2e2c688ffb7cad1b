"""Reads for scores of exams on paper."""
