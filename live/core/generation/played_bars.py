"""What was played in earlier bars, as far as they are remembered."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from presets.music.bar_memory import earlier_onsets, events_at
from presets.music.encoding import KEYS
from presets.music.phrase_memory import Remembered

EVENTS = 2000
"""Number of events that are remembered: some hundred bars."""


MOST_ROUNDED = 2
"""Grid ticks by which an onset may be off its place; what is farther away is in a bar of another length."""


@dataclass(frozen=True, slots=True)
class Played:
    """An event that was played.

    Attributes:
        onset: grid ticks on the time line of the performance; only differences count.
        event: what was played.
        lowest: the lowest key + 1 of what each part had struck before, 0 for none; (P,).
    """

    onset: int
    event: Remembered
    lowest: tuple[int, ...]


class PlayedBars:
    """Remembers the latest events, each with its onset. Owned by one thread.

    Args:
        parts: P, the number of the network's parts.
        past: the events to start with, oldest first.
    """

    def __init__(self, parts: int, past: Iterable[Played] = ()) -> None:
        self._parts = parts
        self._events = list(past)[-EVENTS:]
        self._onsets = np.array([played.onset for played in self._events], dtype=np.int64)
        self._plays = np.array([self._parts_of(played.event) for played in self._events], dtype=bool).reshape(
            -1, parts
        )

    @property
    def events(self) -> Sequence[Played]:
        """The remembered events, oldest first."""
        return self._events

    def copy(self) -> Self:
        """Return an independent copy."""
        # Nothing is changed in place.
        return copy(self)

    def push(self, event: Remembered, ioi: int, place: int, bar: int, lowest: Sequence[int]) -> None:
        """Take in an event.

        Args:
            event: what is played.
            ioi: grid ticks since the newest event.
            place: grid ticks since the bar line.
            bar: grid ticks of the bar.
            lowest: as in `Played`.
        """
        onset = self._events[-1].onset + ioi if self._events else place
        # Of what musicians play, each interval is rounded: the place keeps the bars where they are.
        late = (onset - place + bar // 2) % bar - bar // 2
        if abs(late) <= MOST_ROUNDED:
            onset -= late
        self._events = [*self._events, Played(onset, event, tuple(lowest))][-EVENTS:]
        self._onsets = np.append(self._onsets, onset)[-EVENTS:]
        self._plays = np.vstack([self._plays, self._parts_of(event)])[-EVENTS:]

    def onsets_after(self, back: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return when each part struck something in earlier bars; see `earlier_onsets`: (4, P, 96)."""
        now = self._onsets[-1] if len(self._onsets) else 0
        return earlier_onsets(self._onsets, self._plays, np.asarray(now), back)

    def struck(self, ioi: int, back: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return what was struck `ioi` grid ticks from now in earlier bars: class of the duration + 1.

        Args:
            ioi: grid ticks from the newest event.
            back: how far back each earlier bar is, in grid ticks; 0 for none; (4,).

        Returns:
            Shape (4, P, 88), 0 for what was not struck; and `Played.lowest` for each, (4, P).
        """
        struck = np.zeros((len(back), self._parts * KEYS), dtype=np.uint8)
        lowest = np.zeros((len(back), self._parts), dtype=np.uint8)
        if self._events:
            found = events_at(self._onsets, self._onsets[-1] + ioi - back)
            # An event of this very onset is not of an earlier bar.
            for bar in np.flatnonzero((found >= 0) & (back > 0)).tolist():
                played = self._events[found[bar]]
                struck[bar, list(played.event.symbols)] = np.array(played.event.durations) + 1
                lowest[bar] = played.lowest
        return struck.reshape(len(back), self._parts, KEYS), lowest

    def _parts_of(self, event: Remembered) -> NDArray[np.bool_]:
        """Return which parts strike something in an event, (P,)."""
        plays = np.zeros(self._parts, dtype=bool)
        plays[[symbol // KEYS for symbol in event.symbols]] = True
        return plays
