"""The performer: listens to the musician, and decides which notes sound when."""
