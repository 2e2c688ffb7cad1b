"""Power cuts worked out from a journal of what the server wrote and synced."""
