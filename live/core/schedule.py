"""What waits to be played, and what sounds: the ledger that gives every note-on its note-off."""

import heapq
from dataclasses import dataclass, field

from mido import Message

LATE_LIMIT = 0.100
"""Seconds: a note-on later than this is dropped, a note-off never. A tenth is where late becomes wrong:
a sixteenth at 150 bpm."""


@dataclass(frozen=True, slots=True, order=True)
class Strike:
    """A note to be played.

    Attributes:
        at: when its note-on is due, monotonic seconds.
        until: when its note-off is due, later than `at`.
        channel: 0..15.
        note: MIDI note number 0..127.
        velocity: 1..127.
    """

    at: float
    until: float
    channel: int
    note: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Due:
    """A message and the moment it belongs to, monotonic seconds."""

    at: float
    message: Message


@dataclass(slots=True)
class Schedule:
    """Strikes in order of time, and the notes that sound. Owned by one thread.

    A note-off exists only as an entry of the ledger that its note-on made: a strike that is dropped leaves
    none, and a note that was struck again ends when its last strike ends.
    """

    dropped: int = 0
    _waiting: list[Strike] = field(default_factory=list)
    _sounding: dict[tuple[int, int], float] = field(default_factory=dict)

    @property
    def sounding(self) -> frozenset[tuple[int, int]]:
        """The (channel, note) pairs that sound now."""
        return frozenset(self._sounding)

    @property
    def deadline(self) -> float:
        """When the next message is due, monotonic seconds; infinity if nothing waits or sounds."""
        waiting = self._waiting[0].at if self._waiting else float("inf")
        return min(waiting, min(self._sounding.values(), default=float("inf")))

    def add(self, strike: Strike) -> None:
        """Let a strike wait for its time."""
        heapq.heappush(self._waiting, strike)

    def pump(self, now: float, lead: float = 0.0) -> list[Due]:
        """Return the messages due by `now + lead`, in order of time, note-offs before note-ons.

        Args:
            now: monotonic seconds.
            lead: seconds that messages are handed over ahead of time.
        """
        due: list[Due] = []
        while (at := self.deadline) <= now + lead:
            ended = [key for key, until in self._sounding.items() if until <= at]
            if ended:
                due += [Due(at, self._release(key)) for key in sorted(ended)]
                continue
            strike = heapq.heappop(self._waiting)
            if strike.at < now - LATE_LIMIT:
                self.dropped += 1
                continue
            key = (strike.channel, strike.note)
            if key in self._sounding:
                due.append(Due(at, self._release(key)))
            self._sounding[key] = strike.until
            due.append(
                Due(
                    at,
                    Message("note_on", channel=strike.channel, note=strike.note, velocity=strike.velocity),
                )
            )
        return due

    def silence(self) -> list[Message]:
        """Drop what waits and return a note-off for each note that sounds."""
        self._waiting.clear()
        return [self._release(key) for key in sorted(self._sounding)]

    def forget(self) -> None:
        """Drop everything without a message: the port is gone, and with it whatever sounded."""
        self._waiting.clear()
        self._sounding.clear()

    def _release(self, key: tuple[int, int]) -> Message:
        del self._sounding[key]
        channel, note = key
        return Message("note_off", channel=channel, note=note, velocity=64)
