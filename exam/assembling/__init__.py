"""What a form is to consist of, and how forms are found for it."""
