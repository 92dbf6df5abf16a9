"""The folder of a preset: settings, networks and seeds, with one reader and one writer."""
