"""Where another preset or mode can take over."""

from presets.music.encoding import GRID
from presets.music.event import PPQ

SWITCH_GRIDS = {"bar": None, "beat": PPQ, "now": GRID}
"""Ticks between the lines where it can take over, by the value of `--switch`; None for bar lines."""
