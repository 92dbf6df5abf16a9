"""What a musician can set while playing, and the knobs and MIDI messages that set it."""
