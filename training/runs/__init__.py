"""One training: its plan, folder, history, screen and interruption, for every kind of network."""
