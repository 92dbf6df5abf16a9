"""What the musician plays: keys and chords, phrases, their key, and feedback loops."""
