"""Pages of marking, rechecks and corrections."""
