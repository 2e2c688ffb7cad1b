"""应知应会清单: what whom is to know, in versions that another person approves."""
