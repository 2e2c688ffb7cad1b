"""Learning rates per department: reads every package, changes none."""
