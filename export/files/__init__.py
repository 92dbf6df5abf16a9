"""A recording as a file: audio, sheet music or a picture; each library in one module."""
