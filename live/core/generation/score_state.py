"""The state in which a score network hears a performance: sounding notes, struck keys, and its memories."""

from collections.abc import Iterable, Sequence
from copy import copy
from itertools import repeat
from typing import Self

import numpy as np
from numpy.typing import NDArray

from live.core.generation.played_bars import Played, PlayedBars
from presets.music.encoding import GRID, KEYS, Columns, Position, SoundingNotes, remember
from presets.music.event import Event
from presets.music.features import features
from presets.music.phrase_memory import MEMORY, Expectation, PhraseMemory, Remembered
from presets.music.struck_keys import FADES, VOICES, StruckKeys

Floats = NDArray[np.float32]
Quotations = frozenset[tuple[Event | None, Event]]


class ScoreState:
    """Takes in event after event, and computes their features for the network. Owned by one thread.

    Args:
        parts: P, the number of the network's parts.
        past: events for the memories to start with; none of them sounds.
        quotations: the events of the preset's own seeds, as pairs with the event before (or None).

    Attributes:
        expectation: what the phrase memory expects next.
        reminder: what it expects from music that was played here, in the same key.
        bars: what was played in earlier bars.
        keys: which keys were struck lately.
        last: class of the duration + 1 of each note of the newest event, (P, 88).
        sounding: class of the time left + 1 of each note that sounds once the newest event is struck,
            (P, 88).
        interval: grid ticks from the event before to the newest one, 384 at most.
    """

    def __init__(self, parts: int, past: Iterable[Played] = (), quotations: Quotations = frozenset()) -> None:
        self.expectation = Expectation()
        self.reminder = Expectation()
        self.bars = PlayedBars(parts, past)
        self.keys = StruckKeys(parts, KEYS)
        self.last, self.sounding = np.zeros((2, parts, KEYS), dtype=np.uint8)
        self.interval = 0
        self._parts = parts
        self._quotations = quotations
        self._newest: Event | None = None
        self._sounding = SoundingNotes(parts)
        self._memory = PhraseMemory()
        for played in self.bars.events[-MEMORY:]:
            self._memory.push(played.event)

    def copy(self) -> Self:
        """Return an independent copy."""
        other = copy(self)
        other._sounding = self._sounding.copy()
        other._memory = self._memory.copy()
        other.bars, other.keys = self.bars.copy(), self.keys.copy()
        return other

    def ringing(self, ioi: int) -> NDArray[np.uint8]:
        """Return which notes still sound `ioi` grid ticks after the newest event: class + 1, (P * 88,)."""
        return self._sounding.ringing(ioi)

    def hear(self, events: Sequence[Event], positions: Sequence[Position]) -> Floats:
        """Take in events, in the network's own key, and return the features for its trunk: (n, F).

        Args:
            events: n successive events, 1 or more.
            positions: where in the bar each event was played.
        """
        n, symbols = len(events), self._parts * KEYS
        ringing = np.zeros((n, symbols), dtype=np.uint8)
        remembered: list[Remembered] = []
        struck: list[tuple[int, int, int, int]] = []
        for i, event in enumerate(events):
            heard = remember(event, self._parts, quoted=(self._newest, event) in self._quotations)
            self._newest = event
            remembered.append(heard)
            ringing[i] = self._sounding.ringing(heard.ioi)
            struck += zip(repeat(i), heard.symbols, heard.durations, heard.velocities)
            self._sounding.strike(heard)
            self._memory.push(heard)
        # All at once: numpy releases Python's lock at each call. In a loop that is too often: the threads
        # that wait for the lock wake too late each time, and have to wait again.
        rows, keys, duration, velocity = np.array(struck).T
        durations, velocities = np.zeros((2, n, symbols), dtype=np.uint8)
        durations[rows, keys] = duration + 1
        velocities[rows, keys] = velocity + 1
        shape = (n, self._parts, KEYS)
        begins, sounds = velocities.reshape(shape), ringing.reshape(shape) > 0
        for i, heard in enumerate(remembered):
            ioi, place, bar = (
                (ticks + GRID // 2) // GRID for ticks in (events[i].ioi, positions[i].tick, positions[i].bar)
            )
            self.bars.push(heard, ioi, place, bar, self.keys.lowest.tolist())
            self.keys.strike(begins[i], sounds[i])
        self.interval = remembered[-1].ioi
        self.last = durations[-1].reshape(shape[1:])
        self.sounding = np.where(self.last > 0, self.last, ringing[-1].reshape(shape[1:]))
        self.expectation = self._memory.expect()
        self.reminder = self._memory.expect(played_here=True)
        # The trunk gets only the events, without what was expected.
        nowhere = np.zeros((n, symbols), dtype=np.uint8)
        return features(
            Columns(
                np.array([heard.ioi for heard in remembered], dtype=np.uint16),
                durations,
                velocities,
                ringing,
                np.array([position.tick // GRID for position in positions], dtype=np.uint16),
                np.array([position.bar // GRID for position in positions], dtype=np.uint16),
                match=np.zeros(n, dtype=np.uint8),
                expected_ioi=np.zeros(n, dtype=np.uint16),
                expected_durations=nowhere,
                expected_velocities=nowhere,
                traces=np.zeros((n, len(FADES), symbols), dtype=np.uint8),
                outer=np.zeros((n, VOICES), dtype=np.uint8),
                lowest=np.zeros((n, self._parts), dtype=np.uint8),
                loudness=nowhere,
            )
        )
