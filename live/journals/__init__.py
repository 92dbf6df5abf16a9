"""Writes the journal of a set to disk, and the MIDI file made from it."""
