"""Measure how much a stretch of music swings, so that it can be written straight."""

from collections.abc import Iterable

from presets.music.event import PPQ

STRAIGHT = 50.0

FEWEST = 12
"""Minimum number of late second eighths for swing."""

NEAR = PPQ // 40
"""Maximum distance, in ticks, of a played note from its position."""

LATE = range(PPQ * 54 // 100, PPQ * 71 // 100)
"""Range of a swung second eighth in its beat; later notes are the sixteenth after a dotted eighth."""


def find_swing(onsets: Iterable[int]) -> float:
    """Return the swing of onsets in ticks: the first eighth in percent of a beat; 50 is straight.

    Music swings if its second eighths come late, all by the same amount, and there are hardly any straight
    eighths or second notes of triplets.
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
