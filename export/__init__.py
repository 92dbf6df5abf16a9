"""Makes presets from training runs, with the proof that both predict the same, and files from recordings."""
