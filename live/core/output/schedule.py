"""What waits to be played, and what sounds: the ledger that gives every note-on its note-off."""

import heapq
from collections import deque
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from mido import Message

from live.core.input.keyboard import KeyId
from live.core.output.owners import ChannelNote, Owners
from live.core.output.panic_messages import SUSTAIN

LATE_LIMIT = 0.100
"""Seconds: a note-on later than this is dropped, a note-off never, and no other message either: a clock byte
less would put the follower's position off for good. A tenth is where late becomes wrong: a sixteenth at 150
bpm."""

UNDONE_LIMIT = 3 * LATE_LIMIT
"""Seconds after its moment within which a message may turn out not to have left: handed over late, and then
kept back by the port for a period or two."""


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
    def key(self) -> ChannelNote:
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


@dataclass(frozen=True, slots=True)
class _Began:
    """A strike began; silently, if a hand held its note."""

    at: float
    note: ChannelNote
    message: Message | None


@dataclass(frozen=True, slots=True)
class _Ended:
    """A strike ended; silently, if a hand holds its note on."""

    at: float
    strike: Strike
    message: Message | None

    @property
    def note(self) -> ChannelNote:
        return self.strike.key


@dataclass(frozen=True, slots=True)
class _Passed:
    """A message that is no note left; `number` is its place among those of its moment."""

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

    At equal moments note-offs go first, then messages in the order in which they were given, then note-ons.

    A note, (channel, note), has owners: the last strike of segue's that began it, and each key by which a
    hand holds it. Its note-off leaves with the last of them. What a hand strikes is struck, also on a note
    that sounds; a strike of segue's on a note that a hand holds is not heard, it only owns the note, too.

    A note-off exists only as an entry of the ledger that its note-on made: a strike that is dropped leaves
    none, and a note that was struck again ends when its last strike ends.

    `pump` is ahead of time where the port takes messages ahead of theirs. All other calls that return
    messages mean them for now. Where `is_ahead_on` their notes, give to `take_back` first what has not left,
    and `pump` again after them.
    """

    dropped: int = 0
    _strikes: list[Strike] = field(default_factory=list)
    _messages: list[tuple[float, int, Message]] = field(default_factory=list)
    _next_number: int = 0
    _sounding: dict[ChannelNote, Strike] = field(default_factory=dict)
    _owners: Owners = field(default_factory=Owners)
    _handed_until: float = float("-inf")
    # What pump did last, as far as it may have to be undone.
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
            lead: seconds that messages are handed over ahead of time.
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
        """Return whether `pump` did something lately about one of these notes: it may not have left."""
        return any(step.note in notes for step in self._steps if step.note is not None)

    def notes_of(self, message: Message, owner: KeyId | None) -> frozenset[ChannelNote]:
        """Return the notes that `thru` is about."""
        struck = {(message.channel, message.note)} if message.type == "note_on" else set()
        held = self._owners.note_of(owner) if owner is not None else None
        return frozenset(struck if held is None else {*struck, held})

    def notes_held_by(self, source: int) -> frozenset[ChannelNote]:
        """Return the notes that `let_go` is about."""
        notes = (self._owners.note_of(key) for key in self._owners.of(source))
        return frozenset(note for note in notes if note is not None)

    def take_back(self, count: int, now: float) -> int:
        """Undo the last messages of `pump`, which have not left after all, and what else it did since.

        What is undone waits again as if it had never been handed over. What is not undone now, never is.

        Args:
            count: how many messages at most.
            now: seconds on the stage's clock.

        Returns:
            How many were undone; of others it is too long ago, and the port must get them again.
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
        """Return what to send for what a hand plays.

        Args:
            message: any channel message.
            owner: whose it is, a note's key; of other messages only the input counts, None if unknown.
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
        """Return what ends all that the hands of an input hold: notes, and pedals."""
        pedals = self._owners.pedals_of(source)
        ended = [message for key in self._owners.of(source) for message in self._release(key)]
        return ended + [self._lift(channel) for channel in pedals]

    def end(self, strikes: Sequence[Strike]) -> list[Message]:
        """Drop the strikes that wait of these (same moment, channel and note); end those that sound."""
        meant = {(strike.at, strike.key) for strike in strikes}
        self._strikes = [strike for strike in self._strikes if (strike.at, strike.key) not in meant]
        heapq.heapify(self._strikes)
        return self._give_up([key for key, strike in self._sounding.items() if (strike.at, key) in meant])

    def silence(self) -> list[Message]:
        """Drop the strikes that wait, and end those that sound; other messages and hands go on."""
        self._strikes.clear()
        return self._give_up(list(self._sounding))

    def end_everything(self) -> list[Message]:
        """Silence, and end all that hands hold; they own nothing any more."""
        self._strikes.clear()
        ended = [_note_off(note) for note in sorted(self.sounding)]
        ended += [self._lift(channel) for channel in sorted(self._owners.pedals)]
        self._sounding.clear()
        self._owners.forget()
        return ended

    def forget(self) -> None:
        """Drop everything without a message: the port is gone, and with it whatever sounded."""
        self._strikes.clear()
        self._messages.clear()
        self._sounding.clear()
        self._owners.forget()
        self._steps.clear()

    def _do(self, at: float, struck: Sequence[Strike]) -> list[_Step]:
        """Do what is due at a moment: end notes, pass messages on, begin the notes that are struck."""
        struck_again = {strike.key for strike in struck}
        ended = sorted(key for key, note in self._sounding.items() if note.until <= at or key in struck_again)
        steps = [self._finish(key, at) for key in ended]
        while self._messages and self._messages[0][0] <= at:
            steps.append(_Passed(at, *heapq.heappop(self._messages)[1:]))
        for strike in struck:
            steps += self._begin(strike)
        return steps

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

    def _begin(self, strike: Strike) -> list[_Step]:
        """Begin a strike; one that was struck twice at once ends first."""
        note = strike.key
        ended: list[_Step] = [self._finish(note, strike.at)] if note in self._sounding else []
        self._sounding[note] = strike
        is_held = self._owners.holds(note)
        note_on = Message("note_on", channel=strike.channel, note=strike.note, velocity=strike.velocity)
        return [*ended, _Began(strike.at, note, None if is_held else note_on)]

    def _finish(self, note: ChannelNote, at: float) -> _Step:
        """End the strike that owns a note, at its moment."""
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
        """Strike a note for a hand, also where it sounds."""
        note = message.channel, message.note
        restruck = note in self.sounding
        before = self._owners.release(key)
        ended = [_note_off(note)] if restruck else []
        if before is not None and before not in self.sounding and before != note:
            ended.append(_note_off(before))
        self._owners.hold(key, note)
        return [*ended, message]

    def _release(self, key: KeyId, velocity: int = 64) -> list[Message]:
        """Let a hand's key go; without its note-on, as after a panic, that means nothing."""
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
