"""The units of MIDI clock (MIDI 1.0 Detailed Specification, "System Real Time Messages")."""

from presets.music.event import PPQ

CLOCKS_A_QUARTER = 24

CLOCK_TICK = PPQ // CLOCKS_A_QUARTER
"""Ticks from one clock tick to the next."""

CLOCKS_A_SIXTEENTH = CLOCKS_A_QUARTER // 4
"""Clock ticks in a sixteenth, the unit of the Song Position Pointer."""


def interval_of(bpm: float) -> float:
    """Return the seconds from one clock tick to the next at a tempo; given those seconds, the tempo."""
    return 60 / (CLOCKS_A_QUARTER * bpm)
