"""What a player plays: keys pressed and released, gathered into chords as they were struck."""

import math
from dataclasses import dataclass

Key = tuple[int, int, int]
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

    key: Key
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
    """A key coming up.

    Attributes:
        key: which.
        seconds: how long it was held.
    """

    key: Key
    seconds: float


class Keyboard:
    """Gathers key presses into chords. Owned by one thread; the time of each call must not go back.

    Each method returns what is complete by then, in the order in which to take it: a chord always comes
    before the releases of its keys.
    """

    def __init__(self) -> None:
        self._open: list[Pressed] = []
        self._released_early: list[Released] = []
        self._held: dict[Key, Pressed] = {}

    @property
    def held(self) -> bool:
        """Whether any key is down."""
        return bool(self._held)

    @property
    def deadline(self) -> float:
        """From when nothing more of the chord can come in, monotonic seconds; infinity if there is none."""
        return self._open[0].at + CHORD_SPAN + DELIVERY if self._open else math.inf

    def press(self, key: Key, velocity: int, at: float) -> list[Chord | Released]:
        """Take a note-on; the same key struck twice makes two chords."""
        completed = self._close_before(at)
        if any(pressed.key == key for pressed in self._open):
            completed += self._close()
        completed += self.release(key, at)
        pressed = Pressed(key, velocity, at)
        self._open.append(pressed)
        self._held[key] = pressed
        return completed

    def release(self, key: Key, at: float) -> list[Chord | Released]:
        """Take a note-off; one without its note-on is ignored, as MIDI asks."""
        completed = self._close_before(at)
        pressed = self._held.pop(key, None)
        if pressed is None:
            return completed
        released = Released(key, at - pressed.at)
        if pressed in self._open:
            self._released_early.append(released)
            return completed
        return [*completed, released]

    def release_all(self, at: float, source: int | None = None) -> list[Chord | Released]:
        """Release every key, or those of one input, as when the keyboard is unplugged."""
        completed = self._close()
        for key in list(self._held):
            if source in (None, key[0]):
                completed += self.release(key, at)
        return completed

    def pump(self, now: float) -> list[Chord | Released]:
        """Return the chord being struck, if nothing more can belong to it by now."""
        return self._close() if now >= self.deadline else []

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
