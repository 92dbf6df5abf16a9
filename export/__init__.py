"""What leaves segue: a run as a preset, with the proof that both say the same, and a recording as files."""
