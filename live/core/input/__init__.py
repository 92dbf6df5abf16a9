"""What the musician plays: keys, chords, phrases and their musical key; detects feedback loops, too."""
