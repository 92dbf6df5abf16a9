"""Swing: the second eighth of each beat comes later, and everything in between moves with it.

Networks and bars count straight ticks. Swing is applied between them and the sound.
"""

from presets.bundles.settings import Range
from presets.music.event import PPQ

SWING = Range("the swing (percent)", 50, 75)
"""Where the second eighth of a beat falls: 50 is straight, 67 a triplet, 75 a dotted eighth."""

_EIGHTH = PPQ // 2


def swung(tick: float, swing: float) -> float:
    """Return where a straight tick sounds.

    Args:
        tick: counted from the beginning of a beat; may be negative.
        swing: the share of the first eighth in the beat, in percent, 50..75.
    """
    if swing == 50:
        return tick
    beat, place = divmod(tick, PPQ)
    long = PPQ * swing / 100
    moved = place * long / _EIGHTH if place < _EIGHTH else long + (place - _EIGHTH) * (PPQ - long) / _EIGHTH
    return beat * PPQ + moved


def straightened(tick: float, swing: float) -> float:
    """Return the straight tick that sounds at a tick: the inverse of `swung`."""
    if swing == 50:
        return tick
    beat, place = divmod(tick, PPQ)
    long = PPQ * swing / 100
    moved = place * _EIGHTH / long if place < long else _EIGHTH + (place - long) * _EIGHTH / (PPQ - long)
    return beat * PPQ + moved
