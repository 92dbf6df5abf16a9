"""Statistics of music, and the distance between two collections of pieces; one function for each metric.

A piece is a sequence of events. Rhythm is compared in the classes of `presets.music.encoding`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from presets.counting import count_of
from presets.errors import SegueError
from presets.music.encoding import DURATIONS, IOIS, duration_class, ioi_class
from presets.music.event import Event

MOTIF = 8
"""Events in a motif."""

BEGINNING = 500
"""Only this many events of a piece are searched for motifs: in a longer piece more motifs come back."""

EVEN_STRETCH, FEW_INTERVALS = 300, 4
"""A stretch of this many events with fewer different intervals than that is even."""

STRETCH = 100
"""Events in a stretch; the density of successive stretches is followed through the pieces."""

PieceEvents = Sequence[Event]
Shares = npt.NDArray[np.float64]
"""A histogram whose values add up to 1."""


class StatisticsError(SegueError):
    """Music is too short for these statistics."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of a measurement over pieces.

    Attributes:
        least: the minimum.
        tenth: a tenth of the pieces have less.
        quarter: a quarter of the pieces have less.
        median: half of the pieces have less.
        three_quarters: a quarter of the pieces have more.
        nine_tenths: a tenth of the pieces have more.
        most: the maximum.
    """

    least: float
    tenth: float
    quarter: float
    median: float
    three_quarters: float
    nine_tenths: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Return the distribution of at least one value."""
        return cls(*map(float, np.percentile(values, (0, 10, 25, 50, 75, 90, 100))))


@dataclass(frozen=True, slots=True)
class Statistics:
    """Statistics of several pieces.

    Attributes:
        pieces: number of pieces.
        events: number of events in all pieces.
        lowest: the lowest note number.
        low: 1 % of all notes lie below this note number.
        high: 1 % of all notes lie above this note number.
        highest: the highest note number.
        notes_per_event: mean over all events.
        pitch_classes: share of each pitch class in the notes, from C; 12 values.
        iois: share of each class in the inter-onset intervals, without the first event of each piece; 385
            values.
        durations: share of each class in the durations of notes; 40 values.
        repeated: share of repeated motifs in the beginning of each piece that is long enough, 0..1.
        even: share of even stretches, 0..1; None if no piece is that long.
        density: notes per event of each piece.
        course: mean notes per event in each stretch of the beginnings, over all pieces.
        ambitus: semitones from the lowest to the highest note of each piece.
    """

    pieces: int
    events: int
    lowest: int
    low: int
    high: int
    highest: int
    notes_per_event: float
    pitch_classes: tuple[float, ...]
    iois: tuple[float, ...]
    durations: tuple[float, ...]
    repeated: tuple[float, ...]
    even: float | None
    density: Spread
    course: tuple[float, ...]
    ambitus: Spread

    @classmethod
    def of(cls, pieces: Sequence[PieceEvents]) -> Self:
        """Return the statistics of pieces.

        Raises:
            StatisticsError: if every piece has fewer events than a motif.
        """
        long_enough = [piece for piece in pieces if len(piece) >= MOTIF]
        if not long_enough:
            longest = max((len(piece) for piece in pieces), default=0)
            raise StatisticsError(
                f"statistics need a piece of at least {MOTIF} events, got "
                f"{count_of(len(pieces), 'piece')} of at most {longest} events"
            )
        numbers = np.concatenate([note_numbers(piece) for piece in pieces])
        low, high = np.percentile(numbers, (1, 99), method="nearest")
        ranges = [note_numbers(piece) for piece in pieces]
        return cls(
            pieces=len(pieces),
            events=sum(map(len, pieces)),
            lowest=int(numbers.min()),
            low=int(low),
            high=int(high),
            highest=int(numbers.max()),
            notes_per_event=notes_per_event(event for piece in pieces for event in piece),
            pitch_classes=tuple(pitch_classes(pieces).tolist()),
            iois=tuple(iois(pieces).tolist()),
            durations=tuple(durations(pieces).tolist()),
            repeated=tuple(repeated_motifs(piece[:BEGINNING]) for piece in long_enough),
            even=even_stretches(pieces),
            density=Spread.of([notes_per_event(piece) for piece in pieces]),
            course=course(pieces),
            ambitus=Spread.of([int(notes.max() - notes.min()) for notes in ranges]),
        )


@dataclass(frozen=True, slots=True)
class Distances:
    """The distances between two collections of pieces, from 0 (equal) to 1 bit (nothing in common).

    Attributes:
        pitch_classes: the distance between the shares of pitch classes.
        iois: the distance between the shares of inter-onset intervals.
        durations: the distance between the shares of durations.
    """

    pitch_classes: float
    iois: float
    durations: float

    @classmethod
    def between(cls, one: Statistics, other: Statistics) -> Self:
        """Return the distances between two collections; their order does not matter."""
        return cls(
            divergence(one.pitch_classes, other.pitch_classes),
            divergence(one.iois, other.iois),
            divergence(one.durations, other.durations),
        )


def note_numbers(piece: Iterable[Event]) -> npt.NDArray[np.int64]:
    """Return the note numbers of all notes, (n,)."""
    return np.array([number for event in piece for number in event.note_numbers])


def pitch_classes(pieces: Iterable[PieceEvents]) -> Shares:
    """Return the share of each pitch class in the notes, from C: (12,)."""
    numbers = np.concatenate([note_numbers(piece) for piece in pieces])
    return _shares(np.bincount(numbers % 12, minlength=12))


def notes_per_event(events: Iterable[Event]) -> float:
    """Return the mean number of notes of at least one event."""
    return float(np.mean([len(event.notes) for event in events]))


def course(pieces: Sequence[PieceEvents]) -> tuple[float, ...]:
    """Return the notes per event in each stretch of the beginnings, up to the end of the longest piece."""
    stretches = [
        [event for piece in pieces for event in piece[start : start + STRETCH]]
        for start in range(0, BEGINNING, STRETCH)
    ]
    return tuple(notes_per_event(events) for events in stretches if events)


def iois(pieces: Iterable[PieceEvents]) -> Shares:
    """Return the share of each class in the inter-onset intervals: (385,).

    The first event of a piece has no interval.
    """
    return _shares(_count((ioi_class(event.ioi) for piece in pieces for event in piece[1:]), IOIS))


def durations(pieces: Iterable[PieceEvents]) -> Shares:
    """Return the share of each class in the durations of notes: (40,)."""
    classes = (duration_class(note.duration) for piece in pieces for event in piece for note in event.notes)
    return _shares(_count(classes, len(DURATIONS)))


def repeated_motifs(piece: PieceEvents, length: int = MOTIF) -> float:
    """Return the share of a piece's motifs that occur more than once in it, 0..1.

    A motif is `length` successive events: their note numbers and the intervals between their onsets, in grid
    ticks. A motif begins at every event, so motifs overlap. In a longer piece more motifs come back by
    chance.

    Args:
        piece: at least `length` events.
        length: events in a motif, at least 1.
    """
    rows = [(ioi_class(event.ioi), event.note_numbers) for event in piece]
    motifs = [(rows[start][1], *rows[start + 1 : start + length]) for start in range(len(rows) - length + 1)]
    return sum(count for count in Counter(motifs).values() if count > 1) / len(motifs)


def even_stretches(pieces: Iterable[PieceEvents]) -> float | None:
    """Return the share of stretches that have hardly any rhythm, 0..1; None if no piece is long enough.

    A stretch is 300 events, one after the other from the beginning of each piece. It is even if the 299
    intervals between its onsets have fewer than four different values, in grid ticks.
    """
    counts = [
        len({ioi_class(event.ioi) for event in piece[start + 1 : start + EVEN_STRETCH]})
        for piece in pieces
        for start in range(0, len(piece) - EVEN_STRETCH + 1, EVEN_STRETCH)
    ]
    return sum(count < FEW_INTERVALS for count in counts) / len(counts) if counts else None


def divergence(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the Jensen-Shannon divergence of two histograms in bits, 0..1.

    Source: Lin 1991, "Divergence Measures Based on the Shannon Entropy".
    """
    first, second = np.asarray(one), np.asarray(other)
    middle = (first + second) / 2
    return max(0.0, (_relative_entropy(first, middle) + _relative_entropy(second, middle)) / 2)


def _relative_entropy(shares: Shares, middle: Shares) -> float:
    there = shares > 0
    return float(np.sum(shares[there] * np.log2(shares[there] / middle[there])))


def _count(classes: Iterable[int], length: int) -> npt.NDArray[np.int64]:
    return np.bincount(np.fromiter(classes, dtype=np.int64), minlength=length)


def _shares(counts: npt.NDArray[np.int64]) -> Shares:
    return np.asarray(counts / counts.sum())
