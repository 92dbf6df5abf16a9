"""Prepares a performance, connects its parts, and runs it in the main thread's loop until it ends."""
