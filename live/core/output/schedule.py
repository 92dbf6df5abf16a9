"""The schedule of waiting and sounding notes: a ledger that gives every note-on its note-off."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mido import Message

from live.core.input.keyboard import KeyId
from live.core.output.owners import ChannelNote, Owners
from presets.sets.channel_message import PRESSED, SUSTAIN

LATE_LIMIT = 0.100
"""Seconds: the schedule drops a note-on that is later than this, but never a note-off or any other message: a
missing clock message would shift the follower's position for good. 0.1 s is a sixteenth at 150 bpm."""


@dataclass(frozen=True, slots=True, order=True)
class Strike:
    """A note to play.

    Attributes:
        at: when its note-on is due, seconds on the stage's clock.
        until: when its note-off is due, later than `at`.
        channel: 0..15.
        note: MIDI note number 0..127.
        velocity: 1..127.
        output: number of the output that plays it, from 0.
    """

    at: float
    until: float
    channel: int
    note: int
    velocity: int
    output: int = 0

    @property
    def key(self) -> ChannelNote:
        """Its channel and note, by which a note-off names it."""
        return self.channel, self.note


@dataclass(frozen=True, slots=True)
class Due:
    """A message and the time when it is due.

    Attributes:
        at: seconds on the stage's clock.
        message: any message except notes.
        output: number of the output that sends it, from 0.
    """

    at: float
    message: Message
    output: int = 0


@dataclass(slots=True)
class Schedule:
    """Strikes and other messages in order of time, and the notes that sound. Owned by one thread.

    At the same time note-offs go first, then other messages in the order of their arrival, then note-ons.

    A note, (channel, note), has owners: segue's last strike on it, and each key with which the musician holds
    it. Its note-off leaves when the last owner releases it. A note-on of the musician is always sent, even on
    a note that sounds already. A strike of segue's on a note that the musician holds sends no note-on; the
    strike only becomes another owner of the note.

    A note-off exists only as an entry that its note-on made in the ledger: a dropped strike leaves no
    note-off, and a note that is played again ends when its last strike ends.

    The messages that `pump` returns have their times; those of all other calls leave now. Before such a call
    for a time, `pump` up to that time, so that the calls are in the order in which a listener hears them.
    """

    dropped: int = 0
    _strikes: list[Strike] = field(default_factory=list)
    _messages: list[tuple[float, int, Message]] = field(default_factory=list)
    _next_number: int = 0
    _sounding: dict[ChannelNote, Strike] = field(default_factory=dict)
    _owners: Owners = field(default_factory=Owners)
    _pumped_until: float = float("-inf")

    @property
    def sounding(self) -> frozenset[ChannelNote]:
        """The (channel, note) pairs that sound now, whoever owns them."""
        return self._owners.held.union(self._sounding)

    @property
    def deadline(self) -> float:
        """When the next message is due, seconds on the stage's clock; infinity if nothing waits or sounds."""
        strike = self._strikes[0].at if self._strikes else float("inf")
        message = self._messages[0][0] if self._messages else float("inf")
        ending = min([sounding.until for sounding in self._sounding.values()], default=float("inf"))
        return min(strike, message, ending)

    def add(self, strike: Strike) -> None:
        """Add a strike, which waits for its time."""
        heapq.heappush(self._strikes, strike)

    def add_message(self, due: Due) -> None:
        """Add a message other than a note, which waits for its time after earlier ones with the same time."""
        heapq.heappush(self._messages, (due.at, self._next_number, due.message))
        self._next_number += 1

    def retime(self, strike: Strike) -> None:
        """Change the end of a waiting or sounding strike (same time, channel and note) to `until`.

        A note whose new end has passed ends at once. Nothing happens if the strike was dropped, has ended, or
        its note was played again meanwhile.
        """
        strike = replace(strike, until=max(strike.until, self._pumped_until))
        sounding = self._sounding.get(strike.key)
        if sounding is not None and sounding.at == strike.at:
            self._sounding[strike.key] = replace(sounding, until=strike.until)
        for index, waiting in enumerate(self._strikes):
            if waiting.at == strike.at and waiting.key == strike.key:
                self._strikes[index] = replace(waiting, until=strike.until)
        heapq.heapify(self._strikes)

    def pump(self, now: float, until: float | None = None) -> list[Due]:
        """Return the messages that are due, in order of time.

        Args:
            now: seconds on the stage's clock; by this time a strike can be too late.
            until: the end of the cycle for which messages are wanted; None for `now`.
        """
        until = now if until is None else until
        due: list[Due] = []
        while (at := self.deadline) <= until:
            due += self._do(at, self._struck(at, now))
        if due:
            self._pumped_until = max(self._pumped_until, due[-1].at)
        return due

    def thru(self, message: Message, owner: KeyId | None) -> list[Message]:
        """Return the messages to send for a message from the musician.

        Args:
            message: any channel message.
            owner: the key that a note comes from; for other messages only its input matters; None if unknown.
        """
        match message.type:
            case "note_on" if owner is not None:
                return self._press(message, owner)
            case "note_off" if owner is not None:
                return self._release(owner, message.velocity)
            case "control_change" if message.control == SUSTAIN and message.value >= PRESSED:
                self._owners.press_pedal(message.channel, owner[0] if owner is not None else None)
            case "control_change" if message.control == SUSTAIN:
                self._owners.lift_pedal(message.channel)
        return [message]

    def let_go(self, source: int) -> list[Message]:
        """Return the messages that end the notes and lift the pedals that an input holds."""
        pedals = self._owners.pedals_of(source)
        ended = [message for key in self._owners.of(source) for message in self._release(key)]
        return ended + [self._lift(channel) for channel in pedals]

    def end(self, strikes: Sequence[Strike]) -> list[Message]:
        """Drop those of these strikes that wait (same time, channel and note), and end those that sound."""
        meant = {(strike.at, strike.key) for strike in strikes}
        self._strikes = [strike for strike in self._strikes if (strike.at, strike.key) not in meant]
        heapq.heapify(self._strikes)
        return self._give_up([key for key, strike in self._sounding.items() if (strike.at, key) in meant])

    def silence(self) -> list[Message]:
        """Drop waiting strikes and end the sounding ones; keep other messages and the musician's notes."""
        self._strikes.clear()
        return self._give_up(list(self._sounding))

    def end_everything(self) -> list[Message]:
        """End segue's notes and the musician's, and lift all pedals; no key owns a note afterwards."""
        self._strikes.clear()
        ended = [_note_off(note) for note in sorted(self.sounding)]
        ended += [self._lift(channel) for channel in sorted(self._owners.pedals)]
        self._sounding.clear()
        self._owners.forget()
        return ended

    def forget(self) -> None:
        """Drop everything without sending messages: the port is gone, and all its notes with it."""
        self._strikes.clear()
        self._messages.clear()
        self._sounding.clear()
        self._owners.forget()

    def _do(self, at: float, struck: Sequence[Strike]) -> list[Due]:
        """Return what is due at a time: note-offs, other messages, note-ons."""
        struck_again = {strike.key for strike in struck}
        ended = sorted(key for key, note in self._sounding.items() if note.until <= at or key in struck_again)
        messages = self._give_up(ended)
        while self._messages and self._messages[0][0] <= at:
            messages.append(heapq.heappop(self._messages)[2])
        for strike in struck:
            messages += self._begin(strike)
        return [Due(at, message) for message in messages]

    def _struck(self, at: float, now: float) -> list[Strike]:
        """Remove and return the strikes due at a time, without those that are too late."""
        struck = []
        while self._strikes and self._strikes[0].at <= at:
            strike = heapq.heappop(self._strikes)
            if strike.at < now - LATE_LIMIT:
                self.dropped += 1
            else:
                struck.append(strike)
        return struck

    def _begin(self, strike: Strike) -> list[Message]:
        """Begin a strike; if another one on its note began at the same time, end that first."""
        ended = self._give_up([strike.key]) if strike.key in self._sounding else []
        self._sounding[strike.key] = strike
        if self._owners.holds(strike.key):
            return ended
        note_on = Message("note_on", channel=strike.channel, note=strike.note, velocity=strike.velocity)
        return [*ended, note_on]

    def _press(self, message: Message, key: KeyId) -> list[Message]:
        """Begin a note for the musician, even if it sounds already."""
        note = message.channel, message.note
        restruck = note in self.sounding
        before = self._owners.release(key)
        ended = [_note_off(note)] if restruck else []
        if before is not None and before not in self.sounding and before != note:
            ended.append(_note_off(before))
        self._owners.hold(key, note)
        return [*ended, message]

    def _release(self, key: KeyId, velocity: int = 64) -> list[Message]:
        """Release the musician's key; without its note-on, as after a panic, that does nothing."""
        note = self._owners.release(key)
        return [] if note is None or note in self.sounding else [_note_off(note, velocity)]

    def _give_up(self, notes: Sequence[ChannelNote]) -> list[Message]:
        """End the strikes that own these notes; those that the musician holds sound on."""
        for note in notes:
            del self._sounding[note]
        return [_note_off(note) for note in sorted(notes) if not self._owners.holds(note)]

    def _lift(self, channel: int) -> Message:
        self._owners.lift_pedal(channel)
        return Message("control_change", channel=channel, control=SUSTAIN, value=0)


def _note_off(note: ChannelNote, velocity: int = 64) -> Message:
    channel, number = note
    return Message("note_off", channel=channel, note=number, velocity=velocity)
