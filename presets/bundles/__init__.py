"""A preset's folder on disk: settings, networks and seeds, with one reader and one writer."""
