"""Presets of score networks."""
