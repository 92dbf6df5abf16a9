"""What comes back from bar to bar."""

from collections.abc import Callable, Hashable, Set
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from export.judging.features.shares import mean
from export.judging.piece import Notes, Piece
from export.judging.windows import BARS, Window

LATER = (1, 2, 4, 8)
"""After how many bars something may be there again."""

Content = Set[Hashable]


@dataclass(frozen=True, slots=True)
class Bar:
    """What is played in a bar.

    Attributes:
        rhythm: where in the bar an event begins, in grid ticks.
        texture: where each note begins, and how many semitones above the bar's lowest note.
    """

    rhythm: Content
    texture: Content


def returns(window: Window) -> dict[str, float]:
    """Return how much of each bar was there in an earlier one."""
    bars = bars_of(window.piece, window.bars)
    return {
        f"{name} again after {_count(later)}": again(bars, of, later)
        for name, of in CONTENTS.items()
        for later in LATER
    } | {f"{name} of any earlier bar": _best(bars, of) for name, of in CONTENTS.items()}


CONTENTS: dict[str, Callable[[Bar], Content]] = {
    "rhythm": lambda bar: bar.rhythm,
    "texture": lambda bar: bar.texture,
}


def bars_of(piece: Piece, numbers: range) -> list[Bar]:
    """Return what is played in bars with these numbers."""
    bounds = np.searchsorted(piece.bars, (*numbers, numbers.stop)).tolist()
    return [_bar(piece, piece.notes_of(first, stop)) for first, stop in pairwise(bounds)]


def again(bars: list[Bar], of: Callable[[Bar], Content], later: int) -> float:
    """Return how alike bars are that are so many bars apart, 0..1; two silent bars do not count."""
    pairs = ((of(one), of(other)) for one, other in zip(bars, bars[later:], strict=False))
    return mean(np.array([_alike(*pair) for pair in pairs if any(pair)]))


def _best(bars: list[Bar], of: Callable[[Bar], Content]) -> float:
    """Return how alike each bar of the second half is to the one among all before it that is most like it."""
    found = [
        max(_alike(of(bar), of(before)) for before in bars[:number])
        for number, bar in enumerate(bars)
        if number >= BARS // 2 and of(bar)
    ]
    return mean(np.array(found))


def _alike(one: Content, other: Content) -> float:
    """Return the share of what two bars have in common in all that they have (the Jaccard index)."""
    return len(one & other) / len(one | other)


def _bar(piece: Piece, notes: Notes) -> Bar:
    if not len(notes.event):
        return Bar(frozenset(), frozenset())
    places = piece.places[notes.event]
    lowest = int(notes.pitch.min())
    return Bar(
        rhythm=frozenset(places.tolist()),
        texture=frozenset(zip(places.tolist(), (notes.pitch - lowest).tolist(), strict=True)),
    )


def _count(bars: int) -> str:
    return "a bar" if bars == 1 else f"{bars} bars"
