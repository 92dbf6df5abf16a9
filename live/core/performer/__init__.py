"""The performer: listens to the musician, and decides what sounds when."""
