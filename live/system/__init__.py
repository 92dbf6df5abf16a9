"""Access to the operating system: the monotonic clock, real-time priority and signals."""
