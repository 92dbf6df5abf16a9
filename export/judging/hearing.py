"""How both sides are heard, so that nothing but their music tells them apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from export.judging.piece import BEAT, Piece
from presets.music.encoding import GRID, Position, encode, velocity_class
from presets.music.event import Event

WRITTEN_PLACES = np.array([0, 6, 12, 18, 24, 8, 16])
"""Where notation puts most notes within a quarter note, in grid ticks: sixteenths, then triplet eighths. Of
two that are equally near, the first in this order counts."""

SHORTEST = 6
"""Grid ticks of the shortest written duration."""


@dataclass(frozen=True, slots=True)
class Music:
    """A piece as it was read or generated.

    Attributes:
        name: what tells it from the others.
        events: its events.
        positions: where in the bar each of them falls.
    """

    name: str
    events: Sequence[Event]
    positions: Sequence[Position]


@dataclass(frozen=True, slots=True)
class Hearing:
    """Hears pieces in the classes of `presets.music.encoding`: neither grids nor classes give them away.

    Attributes:
        parts: which parts are heard, by their numbers; they are numbered anew.
        has_dynamics: whether loudness and small timing are heard. A corpus with a single velocity has
            neither, and music must not be told from it by how it is performed.
    """

    parts: tuple[int, ...]
    has_dynamics: bool

    @classmethod
    def of(cls, corpus: Iterable[Music], parts: Sequence[int]) -> Self:
        """Return how to hear a corpus and everything that is compared with it."""
        velocities = {
            velocity_class(note.velocity)
            for music in corpus
            for event in music.events
            for note in event.notes
            if note.part in parts
        }
        return cls(tuple(parts), len(velocities) > 1)

    def piece(self, music: Music) -> Piece:
        """Return a piece as it is heard."""
        heard = renumbered(music, {part: number for number, part in enumerate(self.parts)})
        if not self.has_dynamics:
            heard = _as_written(heard)
        return Piece(heard.name, encode(heard.events, heard.positions, len(self.parts)))


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
    return Music(music.name, events, positions)


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
    return Music(music.name, written, places)


def _nearest(ticks: int) -> int:
    """Return the ticks of the written place that is nearest."""
    beats, rest = divmod(ticks, BEAT * GRID)
    return (beats * BEAT + int(WRITTEN_PLACES[np.abs(WRITTEN_PLACES * GRID - rest).argmin()])) * GRID
