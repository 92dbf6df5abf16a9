"""A performance from its preparation to its end: wired together, and run by the main thread's loop."""
