"""Pages of exams on paper: what is printed, and the scores that come back."""
