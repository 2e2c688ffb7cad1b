"""Year-end statistics and the personnel system's file, on demand or on a day that was set."""
