"""One training of any network: its recipe, plan, folder, history, screen and interruption."""
