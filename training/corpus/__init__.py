"""Reads a folder of music as pieces, with its description and licence; a cache keeps the pieces."""
