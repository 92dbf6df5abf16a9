"""The studio's second half: from a run folder to a preset, with the proof that both say the same."""
