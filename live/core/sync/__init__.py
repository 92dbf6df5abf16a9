"""MIDI clock: following a master, and sending clock to others."""
