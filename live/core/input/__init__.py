"""Reads what the musician plays: keys, chords and phrases, the musical key, and MIDI feedback loops."""
