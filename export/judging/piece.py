"""A piece as the judges hear it: on the grid and in the classes of `presets.music.encoding`."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from presets.music.encoding import DURATIONS, KEYS, LOWEST_KEY, Columns

BEAT = 24
"""Grid ticks in a quarter note."""

BAR_WITHOUT_METER = 4 * BEAT
"""Grid ticks in a bar of music whose corpus has no bar lines."""

Ints = npt.NDArray[np.int64]


class Notes(NamedTuple):
    """All notes of a piece, by onset and then from low to high; (n,) each.

    Attributes:
        event: index of the note's event.
        onset: grid ticks since the piece's first onset.
        end: grid ticks since then, when the note ends.
        pitch: MIDI note number.
        duration: grid ticks.
        velocity: class, 0..31.
        part: index of its part.
    """

    event: Ints
    onset: Ints
    end: Ints
    pitch: Ints
    duration: Ints
    velocity: Ints
    part: Ints


@dataclass(frozen=True)
class Piece:
    """One piece of either side.

    Attributes:
        name: what tells it from the others of its side.
        origin: pieces of one origin are never on both sides of an examination: what continues the same seed.
        columns: its events, encoded.
        has_bars: whether its bar lines are known; if not, four beats make a bar here.
    """

    name: str
    origin: str
    columns: Columns
    has_bars: bool = True

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def onsets(self) -> Ints:
        """Grid ticks of each event since the first one, (n,)."""
        return np.cumsum([0, *self.columns.ioi[1:].astype(np.int64)])

    @cached_property
    def beats(self) -> Ints:
        """The number of the quarter note that each event falls into, from 0: (n,)."""
        return np.asarray((self.onsets + self.places[0] % BEAT) // BEAT)

    @cached_property
    def struck(self) -> npt.NDArray[np.bool_]:
        """Which keys each event strikes, whatever the part: (n, 88)."""
        return np.asarray(self.columns.durations.any(axis=1))

    @cached_property
    def sounding(self) -> npt.NDArray[np.bool_]:
        """Which keys sound when each event has been struck: (n, 88)."""
        return self.struck | np.asarray(self.columns.ringing.any(axis=1))

    @cached_property
    def bar_ticks(self) -> Ints:
        """Grid ticks of the bar of each event, (n,)."""
        bar = self.columns.bar.astype(np.int64)
        return bar if self.has_bars else np.full(len(bar), BAR_WITHOUT_METER)

    @cached_property
    def places(self) -> Ints:
        """Grid ticks since the bar line of each event, (n,); bars of four beats where the corpus has none."""
        position = self.columns.position.astype(np.int64)
        if not self.has_bars:
            position = (self.onsets + position[0]) % BAR_WITHOUT_METER
        return position

    @cached_property
    def bars(self) -> Ints:
        """The number of the bar that each event falls into, from 0; empty bars count: (n,)."""
        line = self.onsets - self.places
        passed = np.diff(line)
        # A line that moves by less than half a bar is the same bar line, shifted by a change of meter.
        return np.cumsum([0, *np.rint(passed / self.bar_ticks[:-1]).clip(0)]).astype(np.int64)

    @cached_property
    def notes(self) -> Notes:
        """All its notes."""
        durations = self.columns.durations
        event, part, key = np.nonzero(durations)
        order = np.lexsort((part, key, event))
        event, part, key = event[order], part[order], key[order]
        duration = np.asarray(DURATIONS)[durations[event, part, key] - 1]
        onset = self.onsets[event]
        return Notes(
            event=event,
            onset=onset,
            end=onset + duration,
            pitch=key + LOWEST_KEY,
            duration=duration,
            velocity=self.columns.velocities[event, part, key].astype(np.int64) - 1,
            part=part,
        )

    def notes_of(self, first: int, stop: int) -> Notes:
        """Return the notes of the events from `first` up to `stop`, without that."""
        notes = self.notes
        begin, end = np.searchsorted(notes.event, (first, stop))
        return Notes(*(values[begin:end] for values in notes))

    @cached_property
    def sounding_in_beats(self) -> Ints:
        """How many keys sound at some moment of each quarter note, up to that of the last event: (b,)."""
        notes, late = self.notes, int(self.places[0]) % BEAT
        beats = int(self.beats[-1]) + 1
        heard = np.zeros((beats, KEYS), dtype=bool)
        last = np.minimum((notes.end + late - 1) // BEAT, beats - 1)
        for first, stop, pitch in zip(self.beats[notes.event], last + 1, notes.pitch, strict=True):
            heard[first:stop, pitch - LOWEST_KEY] = True
        counts: Ints = heard.sum(axis=1)
        return counts
