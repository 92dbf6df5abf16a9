"""The sections of a piece: what each is like, which one comes back, which bar each bar is like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from presets.music.bar_memory import BARS_BACK
from presets.music.encoding import KEYS, Columns
from presets.music.outline import RETURN, Floats, outline_of

SECTION_BARS = 4
"""Bars of a section."""

WITHOUT_BARS = 24
"""Grid ticks of all bars of music without bar lines: four of these quarter notes are a bar here."""

REPEATS = 0.4
"""How alike a section must be to an earlier one, note for note, to count as its return, 0..1."""

RETURNS = 0.4
"""How alike a bar must be to an earlier one, whatever its lowest note, to be played from memory, 0..1."""

FARTHEST = 16
"""How many bars back such a bar may be, unless the whole section returns."""

STEADY = 0.05
"""How much more alike another bar must be than the one that is as far back as that of the bar before."""

T = TypeVar("T")
Ints = npt.NDArray[np.int64]
Content = frozenset[tuple[int, int]]
"""Where each note begins, in grid ticks since a bar line, and its key, or its part * 88 + key."""


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections and the bars of a piece: S sections of B bars in all, n events.

    Attributes:
        bar_of_event: the index of each event's bar, (n,).
        begins: grid ticks from the first onset to each bar line, rising; (B,).
        outlines: the outline of each section, whose `return` is 0; (S, O).
        repeats: how many sections earlier the one is that a section repeats; 0 if it is new; (S,).
        likeness: how alike these two are, 0..1; (S,).
        lags: how many bars earlier the bar is that a bar is like; 0 if there is none; (B,).
        returns: how alike these two are, 0..1; (B,).
    """

    bar_of_event: Ints
    begins: Ints
    outlines: Floats
    repeats: Ints
    likeness: Floats
    lags: Ints
    returns: Floats

    @property
    def told(self) -> Floats:
        """The outline that the network is told in each bar, with the bar's own `return`: (B, O)."""
        told = self.outlines[np.arange(len(self.begins)) // SECTION_BARS]
        told[:, RETURN] = self.returns
        return told

    @property
    def back(self) -> Ints:
        """How many grid ticks before each bar the one begins that it is like; 0 if there is none; (B,)."""
        return np.asarray(self.begins - self.begins[np.arange(len(self.begins)) - self.lags])


def onsets_of(columns: Columns) -> Ints:
    """Return the grid ticks of each event since the first one, (n,)."""
    return np.asarray(np.cumsum([0, *columns.ioi[1:].tolist()]))


def sections_of(columns: Columns) -> Sections:
    """Return the sections of a piece of at least one event."""
    onsets = onsets_of(columns)
    places, lengths = _bars(columns, onsets)
    bars = _bar_numbers(onsets - places, lengths, upbeat=int(places[0]) > 0)
    events_of = list(pairwise(np.searchsorted(bars, np.arange(bars[-1] + 2)).tolist()))
    begins = _begins(bars, onsets - places, lengths)
    exact, by_part = _contents(columns, places, events_of)
    moved = [frozenset().union(*parts) for parts in by_part]
    outlines: list[list[float]] = []
    repeats, likenesses = [], []
    lags, returns = [0] * len(begins), [0.0] * len(begins)
    wholes = [_whole(exact, first) for first in range(0, len(begins), SECTION_BARS)]
    for section, first in enumerate(range(0, len(begins), SECTION_BARS)):
        own = range(first, min(first + SECTION_BARS, len(begins)))
        back, likeness = _repeated(wholes, section)
        repeats.append(back)
        likenesses.append(likeness)
        for bar in own:
            if back:
                lags[bar], returns[bar] = back * SECTION_BARS, _alike(exact, bar, bar - back * SECTION_BARS)
            else:
                lags[bar], returns[bar] = _remembered(moved, bar, lags[bar - 1] if bar else 0)
        rows = slice(events_of[own[0]][0], events_of[own[-1]][1])
        if rows.start == rows.stop:
            outlines.append(outlines[-1])  # a rest of a whole section
            continue
        of_parts = [
            _mean(_alike_or_none(part, bar, bar - back) for bar in own)
            for back in BARS_BACK
            for part in zip(*by_part, strict=True)
        ]
        patterns = [_mean(_alike_or_none(moved, bar, bar - back) for bar in own) for back in BARS_BACK]
        outlines.append(outline_of(columns, rows, patterns, of_parts))
    return Sections(
        bars,
        begins,
        np.array(outlines, dtype=np.float32),
        np.array(repeats),
        np.array(likenesses, dtype=np.float32),
        np.array(lags),
        np.array(returns, dtype=np.float32),
    )


def _bars(columns: Columns, onsets: Ints) -> tuple[Ints, Ints]:
    """Return the place of each event in its bar, and the length of the bar, in grid ticks: (n,), (n,)."""
    position, bar = columns.position.astype(np.int64), columns.bar.astype(np.int64)
    if (bar != WITHOUT_BARS).any():
        return position, bar
    longer = 4 * bar
    return np.asarray((onsets + position[0]) % longer), longer


def _bar_numbers(lines: Ints, lengths: Ints, *, upbeat: bool) -> Ints:
    """Return the number of each event's bar, from 0; an upbeat belongs to the first whole bar: (n,)."""
    # A line that moves by less than half a bar is the same bar line, moved by a change of meter.
    passed = np.rint(np.diff(lines) / lengths[:-1]).astype(np.int64).clip(0)
    return np.asarray(np.maximum(np.cumsum([0, *passed]) - int(upbeat), 0))


def _begins(bars: Ints, lines: Ints, lengths: Ints) -> Ints:
    """Return the bar line of each bar, of silent ones too: (B,)."""
    begins = np.zeros(bars[-1] + 1, dtype=np.int64)
    # An event of the bar itself knows its line best: in the first bar not the upbeat, but the last event.
    _, last = np.unique(bars[::-1], return_index=True)
    last = len(bars) - 1 - last
    known = bars[last]
    begins[known] = lines[last]
    for bar in np.setdiff1d(np.arange(len(begins)), known).tolist():
        before = np.searchsorted(bars, bar) - 1
        begins[bar] = begins[bar - 1] + lengths[before]
    return begins


def _contents(
    columns: Columns, places: Ints, events_of: list[tuple[int, int]]
) -> tuple[list[Content], list[list[Content]]]:
    """Return what is in each bar: its keys; and for each part, its keys from the lowest one on."""
    struck = columns.durations > 0
    exact, moved = [], []
    for start, stop in events_of:
        when = places[start:stop]
        events, keys = np.nonzero(struck[start:stop].any(axis=1))
        exact.append(frozenset(zip(when[events].tolist(), keys.tolist(), strict=True)))
        moved.append([_above_lowest(struck[start:stop, part], when, part) for part in range(struck.shape[1])])
    return exact, moved


def _above_lowest(struck: npt.NDArray[np.bool_], when: Ints, part: int) -> Content:
    """Return what a part plays in a bar, with keys above its lowest one: (n, 88), (n,)."""
    events, keys = np.nonzero(struck)
    above = keys - keys.min() + part * KEYS if len(keys) else keys
    return frozenset(zip(when[events].tolist(), above.tolist(), strict=True))


def _whole(exact: list[Content], first: int) -> frozenset[tuple[int, int, int]]:
    """Return what is in a section: the number of the bar in it, the place there, and the key."""
    bars = exact[first : first + SECTION_BARS]
    return frozenset((number, *note) for number, bar in enumerate(bars) for note in bar)


def _repeated(wholes: list[frozenset[tuple[int, int, int]]], section: int) -> tuple[int, float]:
    """Return how many sections back the one is that this one repeats, and how alike they are; 0 if none."""
    best, back = 0.0, 0
    for distance in range(1, section + 1):
        alike = _share(wholes[section], wholes[section - distance])
        if alike > best:
            best, back = alike, distance
    return (back, best) if best >= REPEATS else (0, 0.0)


def _remembered(moved: list[Content], bar: int, steady: int) -> tuple[int, float]:
    """Return how many bars back the bar is that this one is like, and how alike they are; 0, 0 if none."""
    best, back, found = 0.0, 0, 0.0
    for distance in range(1, min(FARTHEST, bar) + 1):
        alike = _alike(moved, bar, bar - distance)
        if alike + STEADY * (distance == steady) > best:
            best, back, found = alike + STEADY * (distance == steady), distance, alike
    return (back, found) if found >= RETURNS else (0, 0.0)


def _alike(bars: list[Content], one: int, other: int) -> float:
    return _share(bars[one], bars[other])


def _alike_or_none(bars: Sequence[Content], one: int, other: int) -> float | None:
    """Return how alike two bars are; None if there is no other, or both are silent."""
    return _share(bars[one], bars[other]) if other >= 0 and bars[one] | bars[other] else None


def _share(one: frozenset[T], other: frozenset[T]) -> float:
    """Return the share of what both have in all that they have, 0 if that is nothing (the Jaccard index)."""
    both = len(one | other)
    return len(one & other) / both if both else 0.0


def _mean(values: Iterable[float | None]) -> float:
    """Return the mean of those that are known, 0 if none is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0
