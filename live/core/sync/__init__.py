"""MIDI clock: follows a clock master, and sends clock to others."""
