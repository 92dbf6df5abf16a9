"""Strokes: what one part strikes at one onset, and the numbers about it that a player's loudness depends on.

Each number says how a stroke differs from those that the part has just struck, so that its mean is near 0 in
any music: what depends on it leaves the mean loudness as it is.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import log2
from typing import NamedTuple

from presets.music.encoding import GRID
from presets.music.event import PPQ, Event

RECENT = 6
"""With how many earlier strokes of its part a stroke is compared."""

STROKES = RECENT + 3
"""How many strokes of a part are found: the last of them may be as loud as one before it."""

EVENTS = 24
"""In how many of the newest events they are looked for."""

FEATURES = (
    *("bar line", "beat", "eighth", "together", "notes", "height", "duration", "interval"),
    *("leap", "rise", "register"),
)
"""The names of the numbers of `features`."""

SHORTEST, LONGEST = PPQ // 16, 4 * PPQ
"""Ticks within which durations and intervals count."""

MOST_NOTES = 5
"""More notes of a stroke count as this many."""

LIMIT = 2.0
"""No number is further from 0."""


class Stroke(NamedTuple):
    """What a part strikes at one onset.

    Attributes:
        ago: ticks from it to the newest event, 0 or more.
        place: its place in the bar, ticks on the grid.
        top: its highest note, 0..127.
        notes: how many notes it has.
        duration: that of its longest note, in ticks.
        together: whether another part strikes then, too.
    """

    ago: int
    place: int
    top: int
    notes: int
    duration: int
    together: bool


def strokes_of(events: Sequence[Event], place: int, bar: int) -> dict[int, list[Stroke]]:
    """Return the latest strokes of each part that strikes in the newest event, oldest first.

    Args:
        events: at least one, oldest first.
        place: the newest one's place in the bar, in ticks.
        bar: ticks in a bar.
    """
    found: dict[int, list[Stroke]] = {note.part: [] for note in events[-1].notes}
    missing = len(found)
    ago = 0
    for event in reversed(events[-EVENTS:]):
        struck: dict[int, tuple[int, int, int]] = {}
        for note in event.notes:
            top, notes, duration = struck.get(note.part, (0, 0, 0))
            struck[note.part] = (max(top, note.note), notes + 1, max(duration, note.duration))
        where = (place - ago + GRID // 2) // GRID * GRID % bar
        for part, (top, notes, duration) in struck.items():
            strokes = found.get(part)
            if strokes is not None and len(strokes) < STROKES:
                strokes.append(Stroke(ago, where, top, notes, duration, len(struck) > 1))
                missing -= len(strokes) == STROKES
        if not missing:
            break
        ago += event.ioi
    return {part: strokes[::-1] for part, strokes in found.items()}


def share_of(events: Sequence[Event], part: int) -> float:
    """Return the share of the notes of the newest events that are a part's, 0..1."""
    own = notes = 0
    for event in events[-EVENTS:]:
        notes += len(event.notes)
        for note in event.notes:
            own += note.part == part
    return own / notes


def features(strokes: Sequence[Stroke], register: float) -> list[float]:
    """Return the numbers of the last of a part's strokes, each within `LIMIT`: (len(FEATURES),).

    Args:
        strokes: at least one, oldest first.
        register: the part's mean note.
    """
    seen = strokes[-RECENT - 2 :]
    if len(seen) == 1:
        return [0.0] * len(FEATURES)
    rows = [_numbers(before, stroke) for before, stroke in pairwise(seen)]
    # Of the first strokes there is nothing to compare with.
    earlier = rows[:-1] or rows
    means = [sum(column) / len(earlier) for column in zip(*earlier, strict=True)]
    height = sum(stroke.top for stroke in seen[:-1]) / (len(seen) - 1)
    found = [now - mean for now, mean in zip(rows[-1], means, strict=True)]
    found += [(seen[-1].top - seen[-2].top) / 12, (height - register) / 12]
    return [max(-LIMIT, min(LIMIT, number)) for number in found]


def _numbers(before: Stroke, stroke: Stroke) -> tuple[float, ...]:
    """Return the numbers of a stroke that are compared: all of `FEATURES` but the last two."""
    ago, place, top, notes, duration, together = stroke
    beat = place % PPQ
    return (
        place == 0,
        beat == 0,
        beat in (0, PPQ // 2),
        together,
        (notes if notes < MOST_NOTES else MOST_NOTES) / 3,
        top / 12,
        _octaves(duration),
        _octaves(before.ago - ago),
        abs(top - before.top) / 12,
    )


@lru_cache(4096)
def _octaves(ticks: int) -> float:
    """Return how often a time is doubled, halved: the difference of two is what matters."""
    return log2(max(SHORTEST, min(LONGEST, ticks))) / 2
