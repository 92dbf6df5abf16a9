"""Reads and checks set files and control files, and makes the styles of a set."""
