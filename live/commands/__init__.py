"""The commands `play`, `panic`, `ports`, `presets`, `new-set`, `doctor` and `bench`: a module each."""
