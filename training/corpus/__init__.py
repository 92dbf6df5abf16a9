"""Reads a folder of music as pieces, with its description and licence, through a cache."""
