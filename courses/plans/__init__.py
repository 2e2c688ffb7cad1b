"""规划与计划: what training is planned for a period and a year, and what came of it."""
