"""From a folder of music to pieces: its description, its licence and the cache."""
