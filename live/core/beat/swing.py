"""Swing: the second eighth of each beat comes later, and all that lies between moves with it.

Networks and bars count straight; swing stands between them and what sounds.
"""

from presets.bundles.settings import Range
from presets.music.event import PPQ

SWING = Range("the swing (percent)", 50, 75)
"""Where in the beat its second eighth falls: 50 is straight, 67 a triplet, 75 a dotted eighth."""

_EIGHTH = PPQ // 2


def swung(tick: float, swing: float) -> float:
    """Return where a straight tick sounds.

    Args:
        tick: counted from a beat's beginning, any sign.
        swing: percent of the beat that its first eighth gets, 50..75.
    """
    if swing == 50:
        return tick
    beat, place = divmod(tick, PPQ)
    long = PPQ * swing / 100
    moved = place * long / _EIGHTH if place < _EIGHTH else long + (place - _EIGHTH) * (PPQ - long) / _EIGHTH
    return beat * PPQ + moved


def straightened(tick: float, swing: float) -> float:
    """Return what straight tick it is that sounds there: the opposite of `swung`."""
    if swing == 50:
        return tick
    beat, place = divmod(tick, PPQ)
    long = PPQ * swing / 100
    moved = place * _EIGHTH / long if place < long else _EIGHTH + (place - long) * _EIGHTH / (PPQ - long)
    return beat * PPQ + moved
