"""Theory study groups (中心组): members, plans, sessions, attendance, duties, papers."""
