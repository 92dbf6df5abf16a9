"""The schedule of waiting and sounding notes: a ledger that gives every note-on its note-off."""

import heapq
from collections import deque
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from mido import Message

from live.core.input.keyboard import KeyId
from live.core.output.owners import ChannelNote, Owners
from presets.sets.channel_message import SUSTAIN

LATE_LIMIT = 0.100
"""Seconds: the schedule drops a note-on that is later than this, but never a note-off or any other message: a
missing clock message would shift the follower's position for good. 0.1 s is a sixteenth at 150 bpm."""

UNDONE_LIMIT = 3 * LATE_LIMIT
"""For this many seconds after its time a message may still be in the port: it was handed over late, and the
port then held it for a period or two."""


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


@dataclass(frozen=True, slots=True)
class _Began:
    """A strike began; without a message if the musician held its note."""

    at: float
    note: ChannelNote
    message: Message | None


@dataclass(frozen=True, slots=True)
class _Ended:
    """A strike ended; without a message if the musician still holds its note."""

    at: float
    strike: Strike
    message: Message | None

    @property
    def note(self) -> ChannelNote:
        return self.strike.key


@dataclass(frozen=True, slots=True)
class _Passed:
    """A message other than a note left; `number` orders the messages of the same time."""

    at: float
    number: int
    message: Message

    @property
    def note(self) -> None:
        return None


_Step = _Began | _Ended | _Passed


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

    `pump` runs ahead of time if the port accepts messages ahead of their time. All other calls that return
    messages return them for sending now. If `is_ahead_on` is true for their notes, first call `take_back`
    with the messages that have not left, and `pump` again afterwards.
    """

    dropped: int = 0
    _strikes: list[Strike] = field(default_factory=list)
    _messages: list[tuple[float, int, Message]] = field(default_factory=list)
    _next_number: int = 0
    _sounding: dict[ChannelNote, Strike] = field(default_factory=dict)
    _owners: Owners = field(default_factory=Owners)
    _handed_until: float = float("-inf")
    # The newest steps of `pump`, which may have to be undone.
    _steps: deque[_Step] = field(default_factory=deque)

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
        strike = replace(strike, until=max(strike.until, self._handed_until))
        sounding = self._sounding.get(strike.key)
        if sounding is not None and sounding.at == strike.at:
            self._sounding[strike.key] = replace(sounding, until=strike.until)
        for index, waiting in enumerate(self._strikes):
            if waiting.at == strike.at and waiting.key == strike.key:
                self._strikes[index] = replace(waiting, until=strike.until)
        heapq.heapify(self._strikes)
        for index, step in enumerate(self._steps):
            if isinstance(step, _Ended) and (step.strike.at, step.strike.key) == (strike.at, strike.key):
                self._steps[index] = replace(step, strike=replace(step.strike, until=strike.until))

    def pump(self, now: float, lead: float = 0.0) -> list[Due]:
        """Return the messages due by `now + lead`, in order of time.

        Args:
            now: seconds on the stage's clock.
            lead: how many seconds ahead of time the port accepts messages.
        """
        while self._steps and self._steps[0].at < now - UNDONE_LIMIT:
            self._steps.popleft()
        done: list[_Step] = []
        while (at := self.deadline) <= now + lead:
            done += self._do(at, self._struck(at, now))
        self._steps += done
        due = [Due(step.at, step.message) for step in done if step.message is not None]
        if due:
            self._handed_until = max(self._handed_until, due[-1].at)
        return due

    def is_ahead_on(self, notes: Container[ChannelNote]) -> bool:
        """Return whether `pump` recently began or ended one of these notes: the message may not have left."""
        return any(step.note in notes for step in self._steps if step.note is not None)

    def notes_of(self, message: Message, owner: KeyId | None) -> frozenset[ChannelNote]:
        """Return the notes that `thru` affects."""
        struck = {(message.channel, message.note)} if message.type == "note_on" else set()
        held = self._owners.note_of(owner) if owner is not None else None
        return frozenset(struck if held is None else {*struck, held})

    def notes_held_by(self, source: int) -> frozenset[ChannelNote]:
        """Return the notes that `let_go` affects."""
        notes = (self._owners.note_of(key) for key in self._owners.of(source))
        return frozenset(note for note in notes if note is not None)

    def take_back(self, count: int, now: float) -> int:
        """Undo the last messages of `pump`, which have not left after all, and its other steps since then.

        What is undone waits again as if `pump` had never returned it. What is not undone now can no longer be
        undone later.

        Args:
            count: maximum number of messages to undo.
            now: seconds on the stage's clock.

        Returns:
            How many messages were undone; the others are too old, and the port must get them again.
        """
        undone = 0
        while self._steps:
            step = self._steps[-1]
            is_audible = step.message is not None
            if undone == count and (is_audible or step.at <= now):
                break
            undone += is_audible
            self._undo(self._steps.pop())
        self._steps.clear()
        return undone

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
            case "control_change" if message.control == SUSTAIN and message.value >= 64:
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
        self._steps.clear()

    def _do(self, at: float, struck: Sequence[Strike]) -> list[_Step]:
        """Do the steps that are due at a time: end notes, pass on messages, begin strikes."""
        struck_again = {strike.key for strike in struck}
        ended = sorted(key for key, note in self._sounding.items() if note.until <= at or key in struck_again)
        steps = [self._finish(key, at) for key in ended]
        while self._messages and self._messages[0][0] <= at:
            steps.append(_Passed(at, *heapq.heappop(self._messages)[1:]))
        for strike in struck:
            steps += self._begin(strike)
        return steps

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

    def _begin(self, strike: Strike) -> list[_Step]:
        """Begin a strike; if another one on its note began at the same time, end that first."""
        note = strike.key
        ended: list[_Step] = [self._finish(note, strike.at)] if note in self._sounding else []
        self._sounding[note] = strike
        is_held = self._owners.holds(note)
        note_on = Message("note_on", channel=strike.channel, note=strike.note, velocity=strike.velocity)
        return [*ended, _Began(strike.at, note, None if is_held else note_on)]

    def _finish(self, note: ChannelNote, at: float) -> _Step:
        """End the strike that owns a note."""
        is_held = self._owners.holds(note)
        return _Ended(at, self._sounding.pop(note), None if is_held else _note_off(note))

    def _undo(self, step: _Step) -> None:
        match step:
            case _Began(_, note, _):
                heapq.heappush(self._strikes, self._sounding.pop(note))  # it may have been retimed meanwhile
            case _Ended(_, strike, _):
                self._sounding[strike.key] = strike
            case _Passed(at, number, message):
                heapq.heappush(self._messages, (at, number, message))
        self._handed_until = min(self._handed_until, step.at)

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
        """End the strikes that own these notes, now."""
        for note in notes:
            del self._sounding[note]
        return [_note_off(note) for note in sorted(notes) if not self._owners.holds(note)]

    def _lift(self, channel: int) -> Message:
        self._owners.lift_pedal(channel)
        return Message("control_change", channel=channel, control=SUSTAIN, value=0)


def _note_off(note: ChannelNote, velocity: int = 64) -> Message:
    channel, number = note
    return Message("note_off", channel=channel, note=number, velocity=velocity)
