"""What is done to the register."""
