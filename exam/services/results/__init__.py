"""What is done with results: made final, reversed, certified, cut by a panel."""
