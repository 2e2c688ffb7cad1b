"""培训质量: what participants thought, learned and do differently (Kirkpatrick 1 to 3)."""
