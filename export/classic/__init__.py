"""Presets of the articles' networks."""
