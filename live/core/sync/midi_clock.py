"""What MIDI clock counts in (MIDI 1.0 Detailed Specification, "System Real Time Messages")."""

from presets.music.event import PPQ

CLOCKS_A_QUARTER = 24

CLOCK_TICK = PPQ // CLOCKS_A_QUARTER
"""Ticks from one clock tick to the next."""

CLOCKS_A_SIXTEENTH = CLOCKS_A_QUARTER // 4
"""Clock ticks in a sixteenth, which is what the Song Position Pointer counts."""


def interval_of(bpm: float) -> float:
    """Return the seconds from one clock tick to the next at this tempo; of seconds, the tempo."""
    return 60 / (CLOCKS_A_QUARTER * bpm)
