"""One training run of any network: its recipe, plan, folder, history and screen, and how Ctrl-C stops it."""
