"""Music as the networks see it: events, the window, encodings, phrase memory and vocabulary."""
