"""What is done to sealed papers: taken out of the seal, replaced by an equal one."""
