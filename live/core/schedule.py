"""What waits to be played, and what sounds: the ledger that gives every note-on its note-off."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mido import Message

LATE_LIMIT = 0.100
"""Seconds: a note-on later than this is dropped, a note-off never, and no other message either: a clock byte
less would put the follower's position off for good. A tenth is where late becomes wrong: a sixteenth at 150
bpm."""


@dataclass(frozen=True, slots=True, order=True)
class Strike:
    """A note to be played.

    Attributes:
        at: when its note-on is due, seconds on the stage's clock.
        until: when its note-off is due, later than `at`.
        channel: 0..15.
        note: MIDI note number 0..127.
        velocity: 1..127.
        output: number of the output that it plays into, from 0.
    """

    at: float
    until: float
    channel: int
    note: int
    velocity: int
    output: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """Its channel and note: what a note-off names."""
        return self.channel, self.note


@dataclass(frozen=True, slots=True)
class Due:
    """A message and the moment it belongs to.

    Attributes:
        at: seconds on the stage's clock.
        message: any but a note.
        output: number of the output that it is for, from 0.
    """

    at: float
    message: Message
    output: int = 0


@dataclass(slots=True)
class Schedule:
    """Strikes and other messages in order of time, and the notes that sound. Owned by one thread.

    At equal moments note-offs go first, then messages in the order in which they were given, then note-ons.

    A note-off exists only as an entry of the ledger that its note-on made: a strike that is dropped leaves
    none, and a note that was struck again ends when its last strike ends.
    """

    dropped: int = 0
    _strikes: list[Strike] = field(default_factory=list)
    _messages: list[tuple[float, int, Message]] = field(default_factory=list)
    _first_number: int = 0
    _next_number: int = 0
    _sounding: dict[tuple[int, int], Strike] = field(default_factory=dict)
    _handed_until: float = float("-inf")

    @property
    def sounding(self) -> frozenset[tuple[int, int]]:
        """The (channel, note) pairs that sound now."""
        return frozenset(self._sounding)

    @property
    def deadline(self) -> float:
        """When the next message is due, seconds on the stage's clock; infinity if nothing waits or sounds."""
        strike = self._strikes[0].at if self._strikes else float("inf")
        message = self._messages[0][0] if self._messages else float("inf")
        ending = min((sounding.until for sounding in self._sounding.values()), default=float("inf"))
        return min(strike, message, ending)

    def add(self, strike: Strike) -> None:
        """Let a strike wait for its time."""
        heapq.heappush(self._strikes, strike)

    def add_message(self, due: Due) -> None:
        """Let a message that is no note wait for its time; behind those of the same moment given before."""
        heapq.heappush(self._messages, (due.at, self._next_number, due.message))
        self._next_number += 1

    def retime(self, strike: Strike) -> None:
        """Let a strike given before (same moment, channel and note) end at `until`, waiting or sounding.

        A note whose new end has passed ends at once. Nothing happens if there is none: it was dropped, has
        ended, or its note was struck again meanwhile.
        """
        strike = replace(strike, until=max(strike.until, self._handed_until))
        sounding = self._sounding.get(strike.key)
        if sounding is not None and sounding.at == strike.at:
            self._sounding[strike.key] = strike
        for index, waiting in enumerate(self._strikes):
            if waiting.at == strike.at and waiting.key == strike.key:
                self._strikes[index] = replace(waiting, until=strike.until)
        heapq.heapify(self._strikes)

    def end(self, strikes: Sequence[Strike]) -> list[Message]:
        """Drop the strikes that wait of these (same moment, channel and note); end those that sound."""
        ended = {(strike.at, strike.key) for strike in strikes}
        self._strikes = [strike for strike in self._strikes if (strike.at, strike.key) not in ended]
        heapq.heapify(self._strikes)
        keys = [key for key, strike in self._sounding.items() if (strike.at, key) in ended]
        return [self._release(key) for key in sorted(keys)]

    def pump(self, now: float, lead: float = 0.0) -> list[Due]:
        """Return the messages due by `now + lead`, in order of time.

        Args:
            now: seconds on the stage's clock.
            lead: seconds that messages are handed over ahead of time.
        """
        due: list[Due] = []
        while (at := self.deadline) <= now + lead:
            struck = self._struck(at, now)
            struck_again = {strike.key for strike in struck}
            ended = sorted(
                key for key, note in self._sounding.items() if note.until <= at or key in struck_again
            )
            due += [Due(at, self._release(key)) for key in ended]
            while self._messages and self._messages[0][0] <= at:
                due.append(Due(at, heapq.heappop(self._messages)[2]))
            for strike in struck:
                due += self._begin(strike)
        if due:
            self._handed_until = max(self._handed_until, due[-1].at)
        return due

    def silence(self, withdrawn: Sequence[Due] = ()) -> list[Message]:
        """Drop the strikes that wait and return a note-off for each note that sounds.

        Other messages go on waiting for their moments.

        Args:
            withdrawn: what `pump` returned last and has not left after all, in that order. Its note-ons are
                forgotten, what its note-offs were to end is ended now, and its other messages wait again.
        """
        sounding = set(self._sounding)
        for due in reversed(withdrawn):
            match due.message.type:
                case "note_on":
                    sounding.discard((due.message.channel, due.message.note))
                case "note_off":
                    sounding.add((due.message.channel, due.message.note))
                case _:
                    self._first_number -= 1
                    heapq.heappush(self._messages, (due.at, self._first_number, due.message))
        self._strikes.clear()
        self._sounding.clear()
        return [_note_off(key) for key in sorted(sounding)]

    def forget(self) -> None:
        """Drop everything without a message: the port is gone, and with it whatever sounded."""
        self._strikes.clear()
        self._messages.clear()
        self._sounding.clear()

    def _struck(self, at: float, now: float) -> list[Strike]:
        """Take the strikes of a moment, without those that are too late."""
        struck = []
        while self._strikes and self._strikes[0].at <= at:
            strike = heapq.heappop(self._strikes)
            if strike.at < now - LATE_LIMIT:
                self.dropped += 1
            else:
                struck.append(strike)
        return struck

    def _begin(self, strike: Strike) -> list[Due]:
        """Begin a note; one that was struck twice at once ends first."""
        ended = [self._release(strike.key)] if strike.key in self._sounding else []
        self._sounding[strike.key] = strike
        note_on = Message("note_on", channel=strike.channel, note=strike.note, velocity=strike.velocity)
        return [Due(strike.at, message) for message in (*ended, note_on)]

    def _release(self, key: tuple[int, int]) -> Message:
        del self._sounding[key]
        return _note_off(key)


def _note_off(key: tuple[int, int]) -> Message:
    channel, note = key
    return Message("note_off", channel=channel, note=note, velocity=64)
