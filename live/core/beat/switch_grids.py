"""Where another preset, or another way of playing, may take over."""

from presets.music.encoding import GRID
from presets.music.event import PPQ

SWITCH_GRIDS = {"bar": None, "beat": PPQ, "now": GRID}
"""Ticks between the lines that it takes over on, by the word that asks for them; None for bars."""
