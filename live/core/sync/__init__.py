"""MIDI clock: follows a master, and sends clock to other devices."""
