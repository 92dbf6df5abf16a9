"""Writes the journal of a set to the disk, and its recording as a MIDI file."""
