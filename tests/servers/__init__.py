"""Real servers as child processes, for tests."""
