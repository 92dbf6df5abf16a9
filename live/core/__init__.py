"""Every decision while the music plays: no thread, clock, port, file or screen; time is an argument."""
