"""Quantise notes for the page: each beat gets the simplest grid that still shows what was played."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from export.notation.bars import QUARTER, UNIT, Bar, beat_places
from presets.sets.recording import Recorded

STRAIGHT_GRIDS = {12: 0.3, 6: 0.6, 3: 3.0}
"""Grid steps in units, and the cost of each grid: a finer grid must make up for it by smaller errors."""

TRIPLET_GRIDS = {8: 0.9, 4: 2.4}
"""Further grids for beats of a quarter note."""

LOSS = 2.5
"""Cost of two different onsets falling on the same position."""

FREE_GRIDS = {12: 0.3, 6: 7.0, 3: 12.0, 8: 7.0, 4: 12.0}
"""Costs of grids where the musician does not keep to the beat: only onsets that would fall together justify a
grid finer than eighths."""

FREE_LOSS = 6.0
"""Cost of two onsets falling together in free playing."""

APART = 3
"""Onsets at least this many units apart are two onsets, and not an uneven chord."""


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """A note on the grid.

    Attributes:
        begin: units from the recording's beginning.
        note: MIDI note number.
        end: units, after `begin`.
        sounded: units that it actually sounded; may be less than its written length.
    """

    begin: int
    note: int
    end: int
    sounded: float


def quantise(notes: Iterable[Recorded], bars: Sequence[Bar], free: Sequence[range] = ()) -> list[Placed]:
    """Return notes at the nearest positions on the grids of their beats, in order.

    A key that is played twice at the same position is written once, with the longer length.

    Args:
        notes: notes with straightened ticks, all before the end of the last bar.
        bars: bars that cover the notes, and one more beat.
        free: spans of ticks that were played freely.
    """
    notes = list(notes)
    beats = Beats(bars)
    steps = choose_grids((note.tick for note in notes), beats, free)
    # A note may end at an eighth even if no note begins there.
    ends = beats.with_eighths(steps)
    placed: dict[tuple[int, int], Placed] = {}
    for note in notes:
        begin = beats.nearest(note.tick, steps)
        end = max(beats.nearest(note.tick + note.duration, ends), beats.after(begin, ends))
        new = Placed(begin, note.note, end, note.duration / UNIT)
        old = placed.get((begin, note.note), new)
        placed[begin, note.note] = max(old, new, key=lambda either: (either.end, either.sounded))
    return sorted(placed.values())


class Beats:
    """The beats of consecutive bars.

    Args:
        bars: one after the other; the first begins at 0.
    """

    def __init__(self, bars: Sequence[Bar]) -> None:
        self.places = [bar.begin + place for bar in bars for place in beat_places(bar.meter)[:-1]]
        self.places.append(bars[-1].end)

    def index(self, tick: int) -> int:
        """Return the index of the beat that a tick is in; ticks beyond the end belong to the last beat."""
        return min(bisect_right(self.places, tick // UNIT), len(self.places) - 1) - 1

    def nearest(self, tick: int, steps: Sequence[int]) -> int:
        """Return the grid position, in units, that is nearest to a tick; the earlier one if two tie.

        Args:
            tick: any tick.
            steps: the grid step of each beat, in units.
        """
        beat = self.index(tick)
        begin = self.places[beat]
        place = begin + _nearest(tick - begin * UNIT, steps[beat] * UNIT) // UNIT
        return min(place, self.places[beat + 1])

    def after(self, place: int, steps: Sequence[int]) -> int:
        """Return the next position on the grid of the beat."""
        return place + steps[self.index(place * UNIT)]

    def with_eighths(self, steps: Sequence[int]) -> list[int]:
        """Return the steps, none longer than an eighth in beats that divide into eighths."""
        eighth = QUARTER // 2
        return [
            eighth if step > eighth and (end - begin) % eighth == 0 else step
            for step, (begin, end) in zip(steps, pairwise(self.places), strict=True)
        ]


def choose_grids(onsets: Iterable[int], beats: Beats, free: Sequence[range] = ()) -> list[int]:
    """Return the grid step of each beat, in units; a beat in which no note begins gets the whole beat."""
    onsets_of: dict[int, set[int]] = {}
    for onset in onsets:
        onsets_of.setdefault(beats.index(onset), set()).add(onset)
    return [
        _choose(
            sorted(onset - begin * UNIT for onset in onsets_of.get(beat, ())),
            end - begin,
            is_free=any(onset in phrase for onset in onsets_of.get(beat, ()) for phrase in free),
        )
        for beat, (begin, end) in enumerate(pairwise(beats.places))
    ]


def _choose(onsets: Sequence[int], length: int, *, is_free: bool) -> int:
    """Return the step, in units, for onsets in ticks from the beat's beginning."""
    if not onsets:
        return length
    if is_free and length % (QUARTER // 2) == 0:
        steps = (step for step in FREE_GRIDS if step % 4 or length == QUARTER or step == QUARTER // 2)
        return min(steps, key=lambda step: FREE_GRIDS[step] + _error(onsets, step, FREE_LOSS))
    grids = {length: 0.0} | {step: cost for step, cost in STRAIGHT_GRIDS.items() if step < length}
    if length == QUARTER:
        grids |= TRIPLET_GRIDS
    return min(
        (step for step in grids if length % step == 0),
        key=lambda step: grids[step] + _error(onsets, step, LOSS),
    )


def _error(onsets: Sequence[int], step: int, loss: float) -> float:
    """Return the error of a grid: the mean error in units, plus the cost of onsets that fall together."""
    places = [_nearest(onset, step * UNIT) for onset in onsets]
    error = math.dist(onsets, places) / math.sqrt(len(onsets))
    lost = sum(
        places[i] == places[i + 1] and onsets[i + 1] - onsets[i] >= APART * UNIT
        for i in range(len(onsets) - 1)
    )
    return error / UNIT + loss * lost


def _nearest(tick: int, step: int) -> int:
    """Return the nearest multiple of a step; the earlier one if two tie."""
    return -((step - 2 * tick) // (2 * step)) * step
