"""What is done to sessions and their lists, from the plan to the door."""
