"""From answers to marks: scoring, markings by people, corrections, rechecks."""
