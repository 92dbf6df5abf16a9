"""What a player plays: keys pressed and released, gathered into chords as they were struck.

A note lasts as on an instrument: while its key is down, and on under the sustain pedal until that comes up.
"""

import math
from dataclasses import dataclass

KeyId = tuple[int, int, int]
"""Input number, channel 0..15, note number: what a note-off must equal to release a note-on."""

CHORD_SPAN = 0.030
"""Seconds from a chord's first note within which further notes belong to it."""

DELIVERY = 0.020
"""Seconds that a note may need from its moment until it is heard of: a period of JACK, a busy machine."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key going down.

    Attributes:
        key: which.
        velocity: 1..127.
        at: monotonic seconds.
    """

    key: KeyId
    velocity: int
    at: float


@dataclass(frozen=True, slots=True)
class Chord:
    """Keys struck together: one event.

    Attributes:
        onset: when its first key went down, monotonic seconds.
        keys: in the order they were pressed, each key once.
    """

    onset: float
    keys: tuple[Pressed, ...]


@dataclass(frozen=True, slots=True)
class Released:
    """A note's end: its key comes up, or the pedal that kept it.

    Attributes:
        key: which.
        seconds: how long key and pedal held it.
    """

    key: KeyId
    seconds: float


class Keyboard:
    """Gathers key presses into chords. Owned by one thread; the time of each call must not go back.

    Each method returns what is complete by then, in the order in which to take it: a chord always comes
    before the releases of its keys.
    """

    def __init__(self) -> None:
        self._open: list[Pressed] = []
        self._released_early: list[Released] = []
        self._held: dict[KeyId, Pressed] = {}
        # Of those held: whose key is up again, and only a pedal keeps them.
        self._kept: set[KeyId] = set()
        self._pedals: set[tuple[int, int]] = set()

    @property
    def held(self) -> bool:
        """Whether any key is down, or a pedal keeps a note."""
        return bool(self._held)

    @property
    def sounding(self) -> frozenset[int]:
        """The note numbers that keys or pedals hold."""
        return frozenset(note for _, _, note in self._held)

    @property
    def deadline(self) -> float:
        """From when nothing more of the chord can come in, monotonic seconds; infinity if there is none."""
        return self._open[0].at + CHORD_SPAN + DELIVERY if self._open else math.inf

    def press(self, key: KeyId, velocity: int, at: float) -> list[Chord | Released]:
        """Take a note-on; the same key struck twice makes two chords, and the first note ends there."""
        completed = self._close_before(at)
        if any(pressed.key == key for pressed in self._open):
            completed += self._close()
        completed += self._end(key, at)
        pressed = Pressed(key, velocity, at)
        self._open.append(pressed)
        self._held[key] = pressed
        return completed

    def release(self, key: KeyId, at: float) -> list[Chord | Released]:
        """Take a note-off; one without its note-on is ignored, as MIDI asks."""
        completed = self._close_before(at)
        if key[:2] not in self._pedals:
            return [*completed, *self._end(key, at)]
        if key in self._held:
            self._kept.add(key)
        return completed

    def pedal(self, source: int, channel: int, down: bool, at: float) -> list[Chord | Released]:
        """Take the sustain pedal of an input's channel; saying again where it is changes nothing."""
        completed = self._close_before(at)
        if down:
            self._pedals.add((source, channel))
            return completed
        self._pedals.discard((source, channel))
        for key in [key for key in self._held if key in self._kept and key[:2] == (source, channel)]:
            completed += self._end(key, at)
        return completed

    def release_all(self, at: float, source: int | None = None) -> list[Chord | Released]:
        """Release every key and pedal, or those of one input, as when the keyboard is unplugged."""
        completed = self._close()
        self._pedals = {pedal for pedal in self._pedals if source not in (None, pedal[0])}
        for key in list(self._held):
            if source in (None, key[0]):
                completed += self._end(key, at)
        return completed

    def pump(self, now: float) -> list[Chord | Released]:
        """Return the chord being struck, if nothing more can belong to it by now."""
        return self._close() if now >= self.deadline else []

    def _end(self, key: KeyId, at: float) -> list[Chord | Released]:
        """End a note; of one whose chord is still open the end waits behind it."""
        pressed = self._held.pop(key, None)
        if pressed is None:
            return []
        self._kept.discard(key)
        released = Released(key, at - pressed.at)
        if pressed in self._open:
            self._released_early.append(released)
            return []
        return [released]

    def _close_before(self, at: float) -> list[Chord | Released]:
        """Close the chord if what comes at this moment does not belong to it."""
        return self._close() if self._open and at > self._open[0].at + CHORD_SPAN else []

    def _close(self) -> list[Chord | Released]:
        if not self._open:
            return []
        completed: list[Chord | Released] = [
            Chord(self._open[0].at, tuple(self._open)),
            *self._released_early,
        ]
        self._open.clear()
        self._released_early.clear()
        return completed
