"""Encodes events for score networks, as whole numbers for each field.

The tables are the same for every score preset. So they do not depend on a corpus, and they cover every event:

    inter-onset interval   grid ticks 0..384 (24 a quarter note); a longer interval counts as 384
    note                   part * 88 + key: the piano's 88 keys for each part; others move by octaves
    duration               the nearest (in ratio) of `DURATIONS`
    velocity               one of 32, four MIDI velocities each

A network predicts an event's notes one after another, in rising order of these note symbols, and ends with
STOP.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from presets.music.event import PPQ, Event, Note
from presets.music.phrase_memory import Expectation, PhraseMemory, Remembered
from presets.music.struck_keys import FADES, VOICES, StruckKeys

GRID = PPQ // 24
"""Ticks in a grid tick: the grid has 24 to a quarter note, like MIDI clock."""

TWELVE_KEYS = range(-5, 7)
"""Semitones that move music to each of the twelve keys once, by the smallest shift."""

LOWEST_KEY = 21
KEYS = 88
IOIS = 385
"""Number of classes of inter-onset intervals; a class is its number of grid ticks."""

DURATIONS: tuple[int, ...] = (
    *range(1, 13),
    *(14, 16, 18, 20, 22, 24, 27, 30, 33, 36, 40, 44, 48, 54, 60, 66, 72),
    *(84, 96, 108, 120, 144, 168, 192, 240, 288, 336, 384),
)
"""Durations in grid ticks; a duration's class is its index here."""

VELOCITIES = 32
"""Number of velocity classes: class c stands for MIDI velocities 4c..4c+3 (from 1), and plays as 4c+2."""

_DURATION_OF_GRID_TICKS = np.array(
    [0, *(min(range(len(DURATIONS)), key=lambda c: abs(np.log(DURATIONS[c] / t))) for t in range(1, 385))],
    dtype=np.uint8,
)


def ioi_class(ticks: int) -> int:
    """Return the class of an inter-onset interval in ticks (0 or more): the nearest grid tick."""
    return min((ticks + GRID // 2) // GRID, IOIS - 1)


def ioi_ticks(ioi: int) -> int:
    """Return the ticks of a class of inter-onset intervals."""
    return ioi * GRID


def duration_class(ticks: int) -> int:
    """Return the class of a duration in ticks (1 or more): the nearest in ratio."""
    return int(_DURATION_OF_GRID_TICKS[max(1, min((ticks + GRID // 2) // GRID, 384))])


def duration_ticks(duration: int) -> int:
    """Return the ticks of a class of durations."""
    return DURATIONS[duration] * GRID


def velocity_class(velocity: int) -> int:
    """Return the class of a MIDI velocity 1..127."""
    return velocity // 4


def velocity_of(velocity: int) -> int:
    """Return the MIDI velocity that a class plays with."""
    return 4 * velocity + 2


def symbol(note: Note, parts: int) -> int:
    """Return the note symbol, 0..parts * 88 - 1; a part that the preset lacks becomes its last one."""
    key = note.note - LOWEST_KEY
    if key < 0:
        key %= 12
    elif key >= KEYS:
        # The highest key of that pitch class: the top octave of 88 keys is 76..87.
        key = 76 + (key - 76) % 12
    return min(note.part, parts - 1) * KEYS + key


def note_of(note_symbol: int, duration: int, velocity: int) -> Note:
    """Return the note that a symbol with its classes stands for."""
    part, key = divmod(note_symbol, KEYS)
    return Note(LOWEST_KEY + key, duration_ticks(duration), velocity_of(velocity), part)


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the bar an onset falls.

    Attributes:
        tick: ticks since the bar line, 0..bar - 1.
        bar: ticks of the bar.
    """

    tick: int
    bar: int

    def after(self, ticks: int) -> Self:
        """Return the position `ticks` later (earlier if negative), in bars of the same length."""
        return type(self)((self.tick + ticks) % self.bar, self.bar)


BEAT = Position(0, PPQ)
"""The first position for a corpus without bar lines, whose bars are one quarter note."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Events in the form that a score network reads, one row for each event. P parts, n events.

    Attributes:
        ioi: class of the inter-onset interval, uint16 (n,).
        durations: class of the duration + 1 of each note that begins, 0 for the others; uint8 (n, P, 88).
        velocities: class of the velocity + 1 of each note that begins, 0 for the others; uint8 (n, P, 88).
        ringing: class of the time left + 1 of each note that began before and still sounds at the onset;
            uint8 (n, P, 88).
        position: grid ticks since the bar line, uint16 (n,).
        bar: grid ticks in the bar, uint16 (n,).
        match: length of the phrase memory's match before each event: 1..16, 0 for none; uint8 (n,).
        expected_ioi: the interval that the phrase memory expected, in the form of `ioi`.
        expected_durations: the notes that it expected, in the form of `durations`.
        expected_velocities: their velocities, in the form of `velocities`.
        traces: of the keys struck before each event, see `StruckKeys`; uint8 (n, 3, P, 88).
        outer: the outer voices before each event, see `StruckKeys`; uint8 (n, 2).
        lowest: of each part before each event, see `StruckKeys`; uint8 (n, P).
        loudness: of the keys before each event, see `StruckKeys`; uint8 (n, P, 88).
    """

    ioi: npt.NDArray[np.uint16]
    durations: npt.NDArray[np.uint8]
    velocities: npt.NDArray[np.uint8]
    ringing: npt.NDArray[np.uint8]
    position: npt.NDArray[np.uint16]
    bar: npt.NDArray[np.uint16]
    match: npt.NDArray[np.uint8]
    expected_ioi: npt.NDArray[np.uint16]
    expected_durations: npt.NDArray[np.uint8]
    expected_velocities: npt.NDArray[np.uint8]
    traces: npt.NDArray[np.uint8]
    outer: npt.NDArray[np.uint8]
    lowest: npt.NDArray[np.uint8]
    loudness: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.ioi)

    def __getitem__(self, rows: slice) -> Self:
        """Return a slice of the rows."""
        return type(self)(*(getattr(self, name)[rows] for name in self.__slots__))

    def transposed(self, semitones: int) -> Self:
        """Return the music transposed; the semitones must be in `room`, so that no note leaves the keys."""

        def shift(keys: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
            return shift_keys(keys, semitones)

        return type(self)(
            self.ioi,
            shift(self.durations),
            shift(self.velocities),
            shift(self.ringing),
            self.position,
            self.bar,
            self.match,
            self.expected_ioi,
            shift(self.expected_durations),
            shift(self.expected_velocities),
            shift(self.traces),
            shift_key_numbers(self.outer, semitones),
            shift_key_numbers(self.lowest, semitones),
            shift(self.loudness),
        )

    @property
    def room(self) -> range:
        """The semitones by which the music can be transposed without leaving the 88 keys."""
        used = np.flatnonzero(
            self.durations.any(axis=(0, 1))
            | self.ringing.any(axis=(0, 1))
            | self.expected_durations.any(axis=(0, 1))
        )
        if not len(used):
            return range(1)
        return range(-int(used[0]), KEYS - int(used[-1]))


def shift_keys(keys: npt.NDArray[np.uint8], semitones: int) -> npt.NDArray[np.uint8]:
    """Return values of the 88 keys, (..., 88), moved up; what leaves the keys is lost."""
    shifted = np.zeros_like(keys)
    if semitones >= 0:
        shifted[..., semitones:] = keys[..., : KEYS - semitones]
    else:
        shifted[..., :semitones] = keys[..., -semitones:]
    return shifted


def shift_key_numbers(
    numbers: npt.NDArray[np.uint8], semitones: int | npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    """Return numbers that are key + 1, 0 for none, moved up; a key that leaves the 88 becomes none."""
    moved = numbers.astype(np.int64) + semitones
    return np.where((numbers > 0) & (moved > 0) & (moved <= KEYS), moved, 0).astype(np.uint8)


class SoundingNotes:
    """Tracks which notes still sound, event after event. Owned by one thread.

    Args:
        parts: number of the preset's parts.
    """

    def __init__(self, parts: int) -> None:
        self._ends = np.zeros(parts * KEYS, dtype=np.int64)
        self._now = 0

    def copy(self) -> "SoundingNotes":
        """Return an independent copy."""
        other = object.__new__(SoundingNotes)
        other._ends, other._now = self._ends.copy(), self._now
        return other

    def ringing(self, ioi: int) -> npt.NDArray[np.uint8]:
        """Return which notes still sound `ioi` grid ticks from now: class of the time left + 1; (P * 88,)."""
        left = np.clip(self._ends - (self._now + ioi), 0, 384)
        return np.where(left > 0, _DURATION_OF_GRID_TICKS[left] + 1, 0).astype(np.uint8)

    def strike(self, event: Remembered) -> None:
        """Move on to the next event, whose notes begin; a note that still sounds is played again."""
        self._now += event.ioi
        for note_symbol, duration in zip(event.symbols, event.durations, strict=True):
            self._ends[note_symbol] = self._now + DURATIONS[duration]


def remember(event: Event, parts: int, *, quoted: bool = False) -> Remembered:
    """Return an event as classes, with strictly rising symbols.

    Of two notes with the same symbol, keep only the longer one, or the louder one if they are equally long.
    """
    found: dict[int, tuple[int, int]] = {}
    for note in event.notes:
        key = symbol(note, parts)
        heard = duration_class(note.duration), velocity_class(note.velocity)
        found[key] = max(found.get(key, heard), heard)
    symbols = tuple(sorted(found))
    return Remembered(
        ioi_class(event.ioi),
        symbols,
        tuple(found[key][0] for key in symbols),
        tuple(found[key][1] for key in symbols),
        quoted,
    )


def encode(events: Iterable[Event], positions: Iterable[Position], parts: int) -> Columns:
    """Return events as columns; nothing is known about the music before the first one."""
    events = list(events)
    n = len(events)
    durations = np.zeros((n, parts * KEYS), dtype=np.uint8)
    velocities, ringing = np.zeros_like(durations), np.zeros_like(durations)
    expected_durations, expected_velocities = np.zeros_like(durations), np.zeros_like(durations)
    ioi, expected_ioi = np.zeros(n, dtype=np.uint16), np.zeros(n, dtype=np.uint16)
    match = np.zeros(n, dtype=np.uint8)
    traces = np.zeros((n, len(FADES), parts, KEYS), dtype=np.uint8)
    outer, lowest = np.zeros((n, VOICES), dtype=np.uint8), np.zeros((n, parts), dtype=np.uint8)
    loudness = np.zeros((n, parts, KEYS), dtype=np.uint8)
    sounding, memory, keys = SoundingNotes(parts), PhraseMemory(), StruckKeys(parts, KEYS)
    for i, event in enumerate(events):
        heard = remember(event, parts)
        expectation = memory.expect()
        match[i], expected_ioi[i] = expectation.match, expectation.ioi
        write_expectation(expectation, expected_durations[i], expected_velocities[i])
        ioi[i] = heard.ioi
        ringing[i] = sounding.ringing(heard.ioi)
        symbols = list(heard.symbols)
        durations[i, symbols] = np.array(heard.durations) + 1
        velocities[i, symbols] = np.array(heard.velocities) + 1
        sounding.strike(heard)
        memory.push(heard)
        traces[i], loudness[i] = keys.traces, keys.loudness
        outer[i], lowest[i] = keys.outer, keys.lowest
        keys.strike(velocities[i].reshape(parts, KEYS), ringing[i].reshape(parts, KEYS) > 0)
    places = [(p.tick // GRID, p.bar // GRID) for p in positions]
    position, bar = np.array(places, dtype=np.uint16).reshape(n, 2).T
    shape = (n, parts, KEYS)
    return Columns(
        ioi,
        durations.reshape(shape),
        velocities.reshape(shape),
        ringing.reshape(shape),
        position,
        bar,
        match,
        expected_ioi,
        expected_durations.reshape(shape),
        expected_velocities.reshape(shape),
        traces,
        outer,
        lowest,
        loudness,
    )


def write_expectation(
    expectation: Expectation, durations: npt.NDArray[np.uint8], velocities: npt.NDArray[np.uint8]
) -> None:
    """Write class + 1 of each expected note into rows of zeros, (P * 88,), transposed to the current key.

    Notes that the transposition moves off the 88 keys are left out.
    """
    event = expectation.event
    if event is None:
        return
    for note_symbol, duration, velocity in zip(event.symbols, event.durations, event.velocities, strict=True):
        if 0 <= note_symbol % KEYS + expectation.shift < KEYS:
            durations[note_symbol + expectation.shift] = duration + 1
            velocities[note_symbol + expectation.shift] = velocity + 1
