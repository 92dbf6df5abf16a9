"""The commands `play`, `panic`, `ports`, `presets`, `new-set`, `doctor` and `bench`, one module each."""
