"""The performer: listens, and decides what sounds when."""
