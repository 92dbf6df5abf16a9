"""How much a stretch of music swings, so that it can be written straight."""

from collections.abc import Iterable

from presets.music.event import PPQ

STRAIGHT = 50.0

FEWEST = 12
"""Second eighths that must be heard late before it is called swing."""

NEAR = PPQ // 40
"""Ticks that a played note may be off its place."""

LATE = range(PPQ * 54 // 100, PPQ * 71 // 100)
"""Where a swung second eighth falls in its beat; later, it is a dotted eighth's sixteenth."""


def find_swing(onsets: Iterable[int]) -> float:
    """Return the swing of onsets, in ticks: percent of a beat that its first eighth gets; 50 is straight.

    It swings if second eighths come late, all by the same, and neither straight eighths nor triplets (which
    would fill the place before) are among them.
    """
    places = [tick % PPQ for tick in set(onsets)]
    late = sorted(place for place in places if place in LATE)
    if len(late) < FEWEST:
        return STRAIGHT
    middle = late[len(late) // 2]
    agreeing = sum(abs(place - middle) <= NEAR for place in late)
    straight = sum(abs(place - PPQ // 2) <= NEAR for place in places)
    triplets = sum(abs(place - PPQ // 3) <= NEAR for place in places)
    if agreeing < 0.8 * len(late) or max(straight, triplets) > 0.1 * len(late):
        return STRAIGHT
    return 100 * middle / PPQ
