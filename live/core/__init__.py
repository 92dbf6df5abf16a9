"""Every decision while the music plays, without threads, clock, ports, files or screen."""
