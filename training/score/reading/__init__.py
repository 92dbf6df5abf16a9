"""Reads MIDI files, scores and journals as the events that a score network learns from."""
