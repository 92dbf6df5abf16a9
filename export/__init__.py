"""Makes presets from training runs, proves that they predict as trained, and writes recordings as files."""
