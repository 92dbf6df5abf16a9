"""Gathers the keys that the musician presses and releases into chords.

A note lasts as it does on a piano: while its key is down, and under the sustain pedal until that comes up.
"""

import math
from dataclasses import dataclass

KeyId = tuple[int, int, int]
"""Input number, channel 0..15 and note number: a note-off releases the note-on with the same three."""

CHORD_SPAN = 0.030
"""Seconds after a chord's first note within which further notes belong to it."""

DELIVERY = 0.020
"""Maximum seconds between a key press and its arrival here: a JACK period, or a busy computer."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key press.

    Attributes:
        key: the key.
        velocity: 1..127.
        at: monotonic seconds.
    """

    key: KeyId
    velocity: int
    at: float


@dataclass(frozen=True, slots=True)
class Chord:
    """Keys played together, as one event.

    Attributes:
        onset: when its first key went down, monotonic seconds.
        keys: in the order they were pressed, each key once.
    """

    onset: float
    keys: tuple[Pressed, ...]


@dataclass(frozen=True, slots=True)
class Released:
    """The end of a note: its key was released, or the pedal that held it.

    Attributes:
        key: the key.
        seconds: how long key and pedal held the note.
    """

    key: KeyId
    seconds: float


class Keyboard:
    """Gathers key presses into chords. Owned by one thread; the times of its calls must not go back.

    Each method returns what is complete by then, in the order in which to process it: a chord always comes
    before the releases of its keys.
    """

    def __init__(self) -> None:
        self._open: list[Pressed] = []
        self._released_early: list[Released] = []
        self._held: dict[KeyId, Pressed] = {}
        # Held notes whose key is up again, so that only the pedal holds them.
        self._kept: set[KeyId] = set()
        self._pedals: set[tuple[int, int]] = set()

    @property
    def held(self) -> bool:
        """Whether any key is down, or a pedal holds a note."""
        return bool(self._held)

    @property
    def sounding(self) -> frozenset[int]:
        """The note numbers that keys or pedals hold."""
        return frozenset(note for _, _, note in self._held)

    @property
    def deadline(self) -> float:
        """When the open chord is complete, monotonic seconds; infinity if there is none."""
        return self._open[0].at + CHORD_SPAN + DELIVERY if self._open else math.inf

    def press(self, key: KeyId, velocity: int, at: float) -> list[Chord | Released]:
        """Take in a note-on; a key pressed twice makes two chords, and its first note ends."""
        completed = self._close_before(at)
        if any(pressed.key == key for pressed in self._open):
            completed += self._close()
        completed += self._end(key, at)
        pressed = Pressed(key, velocity, at)
        self._open.append(pressed)
        self._held[key] = pressed
        return completed

    def release(self, key: KeyId, at: float) -> list[Chord | Released]:
        """Take in a note-off; ignore one without its note-on, as MIDI requires."""
        completed = self._close_before(at)
        if key[:2] not in self._pedals:
            return [*completed, *self._end(key, at)]
        if key in self._held:
            self._kept.add(key)
        return completed

    def pedal(self, source: int, channel: int, down: bool, at: float) -> list[Chord | Released]:
        """Take in the sustain pedal of an input's channel; repeating its position changes nothing."""
        completed = self._close_before(at)
        if down:
            self._pedals.add((source, channel))
            return completed
        self._pedals.discard((source, channel))
        for key in [key for key in self._held if key in self._kept and key[:2] == (source, channel)]:
            completed += self._end(key, at)
        return completed

    def release_all(self, at: float, source: int | None = None) -> list[Chord | Released]:
        """Release every key and pedal, or only those of one input, for example when it is unplugged."""
        completed = self._close()
        self._pedals = {pedal for pedal in self._pedals if source not in (None, pedal[0])}
        for key in list(self._held):
            if source in (None, key[0]):
                completed += self._end(key, at)
        return completed

    def pump(self, now: float) -> list[Chord | Released]:
        """Return the open chord if no more notes can belong to it by now."""
        return self._close() if now >= self.deadline else []

    def _end(self, key: KeyId, at: float) -> list[Chord | Released]:
        """End a note; if its chord is still open, the release waits until the chord is complete."""
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
        """Close the open chord if a note at this time does not belong to it."""
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
