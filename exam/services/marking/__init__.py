"""What is done to scores: marked by persons, rechecked, corrected."""
