"""The journal of a set on disk, and the MIDI file made from it."""
