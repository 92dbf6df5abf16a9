"""How both sides are heard, so that nothing but their music tells them apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from export.judging.piece import BEAT, Piece
from presets.music.encoding import GRID, Position, encode, velocity_class
from presets.music.event import PPQ, Event

WRITTEN_PLACES = np.array([0, 6, 12, 18, 24, 8, 16])
"""Where notation puts most notes within a quarter note, in grid ticks: sixteenths, then triplet eighths. Of
two that are equally near, the first in this order counts."""

SHORTEST = 6
"""Grid ticks of the shortest written duration."""


@dataclass(frozen=True, slots=True)
class Music:
    """A piece as it was read or generated.

    Attributes:
        name: what tells it from the others of its side.
        events: its events.
        positions: where in the bar each of them falls.
        origin: the seed that it continues; empty for a piece of its own.
    """

    name: str
    events: Sequence[Event]
    positions: Sequence[Position]
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Hearing:
    """Hears pieces in the classes of `presets.music.encoding`: neither grids nor classes give them away.

    Attributes:
        parts: which parts are heard, by their numbers; they are numbered anew.
        has_dynamics: whether loudness and small timing are heard. Where a side has a single velocity it has
            neither, and music must not be told from it by how it is performed.
        has_bars: whether bar lines are heard; not where a side has none.
    """

    parts: tuple[int, ...]
    has_dynamics: bool = True
    has_bars: bool = True

    @classmethod
    def between(cls, corpus: Sequence[Music], other: Sequence[Music], parts: Sequence[int]) -> Self:
        """Return how to hear two sides."""
        sides = corpus, other
        return cls(
            tuple(parts),
            has_dynamics=all(len(_velocities(side, parts)) > 1 for side in sides),
            has_bars=all(_has_bars(side) for side in sides),
        )

    def piece(self, music: Music) -> Piece:
        """Return a piece as it is heard; its first event comes after no interval, wherever it was cut out."""
        heard = renumbered(music, {part: number for number, part in enumerate(self.parts)})
        if not self.has_dynamics:
            heard = _as_written(heard)
        events = [replace(event, ioi=event.ioi if place else 0) for place, event in enumerate(heard.events)]
        positions = heard.positions
        if not self.has_bars:
            positions = [Position(position.tick % PPQ, PPQ) for position in positions]
        columns = encode(events, positions, len(self.parts))
        return Piece(heard.name, heard.origin or heard.name, columns, self.has_bars)


def _velocities(side: Iterable[Music], parts: Sequence[int]) -> set[int]:
    """Return the classes of the velocities in these parts."""
    notes = (note for music in side for event in music.events for note in event.notes)
    return {velocity_class(note.velocity) for note in notes if note.part in parts}


def _has_bars(side: Iterable[Music]) -> bool:
    return any(position.bar > PPQ for music in side for position in music.positions)


def renumbered(music: Music, numbers: Mapping[int, int]) -> Music:
    """Return a piece with new numbers for its parts; those without one are left out."""
    events, positions, waited = [], [], 0
    for event, position in zip(music.events, music.positions, strict=True):
        notes = [replace(note, part=numbers[note.part]) for note in event.notes if note.part in numbers]
        waited += event.ioi
        if notes:
            events.append(Event.of(waited, notes))
            positions.append(position)
            waited = 0
    return replace(music, events=events, positions=positions)


def _as_written(music: Music) -> Music:
    """Return a piece with each onset and duration moved to the nearest written place."""
    written, places, before = [], [], 0
    for event, position in zip(music.events, music.positions, strict=True):
        late = position.tick - _nearest(position.tick)
        notes = [
            replace(note, duration=max(SHORTEST * GRID, _nearest(note.duration))) for note in event.notes
        ]
        written.append(Event.of(max(0, event.ioi + before - late), notes))
        places.append(Position((position.tick - late) % position.bar, position.bar))
        before = late
    return replace(music, events=written, positions=places)


def _nearest(ticks: int) -> int:
    """Return the ticks of the written place that is nearest."""
    beats, rest = divmod(ticks, BEAT * GRID)
    return (beats * BEAT + int(WRITTEN_PLACES[np.abs(WRITTEN_PLACES * GRID - rest).argmin()])) * GRID
