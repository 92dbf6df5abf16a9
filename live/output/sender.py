"""The sender: the only owner of an output port. It sends each message at its time, or silences the port."""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from mido import Message

from live.core.input.keyboard import KeyId
from live.core.output.owners import ChannelNote
from live.core.output.panic_messages import panic_messages
from live.core.output.schedule import Due, Schedule, Strike
from live.midi.ports import CHECK_SECONDS, OutputPort, PortError, PortLostError
from live.output.sender_orders import (
    Close,
    End,
    Interrupt,
    LetGo,
    Order,
    Panic,
    Play,
    Retime,
    SelectSounds,
    Send,
    SendNow,
    SendThru,
    Silence,
)
from live.system.clock import Clock
from live.system.real_time import Measure, raise_priority


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message left. Reports come in the order of leaving, at most `REPORT_SECONDS` later.

    Attributes:
        at: when it was due, seconds on the stage's clock.
        message: the message that was sent.
        late: by how many seconds the port got it too late, 0.0 if in time; None for a message without a due
            time, which was sent at once (a stop, a panic).
        output: number of the output that sent it, from 0.
        hand: whether it was sent through from the musician; False for every note-off, which may end any note.
    """

    at: float
    message: Message
    late: float | None
    output: int = 0
    hand: bool = False


@dataclass(frozen=True, slots=True)
class PortChanged:
    """The output was lost or reconnected.

    Attributes:
        name: the port's name; None while it is lost.
        reason: why it was lost; None when it is reconnected.
        output: its number, from 0.
    """

    name: str | None
    reason: str | None
    output: int = 0


@dataclass(frozen=True, slots=True)
class SenderFailed:
    """An error in segue ended the sender's thread; it switched its notes off if possible."""

    error: BaseException


Report = MessageSent | PortChanged | SenderFailed

REPORT_SECONDS = 0.2
"""Maximum time from when a message leaves until the sender reports it."""


def _notify_nobody(at: float, message: Message) -> None:
    """Do nothing."""


class Sender:
    """Sends notes and other messages at their time, from a separate thread.

    Any thread may call `play`, `send`, `retime`, `end`, `thru`, `let_go`, `select_sounds`, `silence`, `panic`
    and `close`; everything else belongs to the sender's thread. Tests call `pump` instead of `start`.

    What the musician plays is sent at once, and so is every message without a due time: it never waits behind
    messages that the port already has for later.

    While the port is lost, messages are lost, too.

    Args:
        open_port: opens the output; called again after the port was lost.
        sounds: messages to send first to each newly opened port, such as program changes.
        clock: the stage's clock.
        report: called from the sender's thread with each report; it must only enqueue.
        handing: called from the sender's thread with each message and the time when it leaves, before the
            port gets the message, and so before a loop can bring it back. It must only enqueue.

    Attributes:
        port_name: name of the port that was opened first.
        priority: the priority that the system gave its thread; None before and shortly after `start`.

    Raises:
        PortError: if the port cannot be opened.
    """

    def __init__(
        self,
        open_port: Callable[[], OutputPort],
        clock: Clock,
        report: Callable[[Report], None],
        sounds: Sequence[Message] = (),
        handing: Callable[[float, Message], None] = _notify_nobody,
    ) -> None:
        self._open_port = open_port
        self._clock = clock
        self._report = report
        self._handing = handing
        self._sounds = tuple(sounds)
        self._orders: SimpleQueue[Order] = SimpleQueue()
        self._schedule = Schedule()
        # Messages that the port has and that are not reported yet; those that have not left can be withdrawn.
        self._handed: deque[tuple[float, MessageSent]] = deque()
        # By due time: how late a withdrawn message was when the port first got it.
        self._late: dict[float, float | None] = {}
        self._port: OutputPort | None = open_port()
        self.port_name = self._port.name
        self._check_at = clock.now() + CHECK_SECONDS
        self._closed = False
        self.priority: Measure | None = None
        self._thread: Thread | None = None
        self._interrupt(SendNow(self._sounds))

    @property
    def dropped(self) -> int:
        """Notes dropped because they were too late; any thread may read it."""
        return self._schedule.dropped

    @property
    def sounding(self) -> frozenset[ChannelNote]:
        """The (channel, note) pairs that sound now."""
        return self._schedule.sounding

    @property
    def lead_seconds(self) -> float:
        """How long before its moment a message should be here; any thread may read it."""
        port = self._port
        return port.lead_seconds if port is not None else 0.0

    @property
    def deadline(self) -> float:
        """When to pump again, seconds on the stage's clock."""
        if self._port is None:
            return self._check_at
        report_at = self._handed[0][0] + REPORT_SECONDS if self._handed else float("inf")
        return min(self._check_at, report_at, self._schedule.deadline - self._port.lead_seconds)

    def play(self, strikes: Sequence[Strike]) -> None:
        """Let these notes wait for their time."""
        self._orders.put(Play(strikes))

    def send(self, messages: Sequence[Due]) -> None:
        """Let messages other than notes wait for their time; `silence` and `panic` leave them waiting.

        A late one is sent all the same, and reported as late: a clock byte less, and the follower's position
        would be off.
        """
        self._orders.put(Send(messages))

    def retime(self, strikes: Sequence[Strike]) -> None:
        """Let strikes that were given before (same moment, channel and note) end at their new `until`.

        Those that were dropped or have ended are passed over.
        """
        self._orders.put(Retime(strikes))

    def end(self, strikes: Sequence[Strike]) -> None:
        """Drop the strikes that wait of these (same moment, channel and note), and end those that sound.

        A note that the musician also holds keeps sounding. Strikes that were dropped or have ended are
        ignored.
        """
        self._orders.put(End(strikes))

    def thru(self, message: Message, owner: KeyId | None = None) -> None:
        """Send what the musician plays, at once.

        A note-on is always sent; if the note already sounds, it ends first. A note-off ends the note that the
        key's note-on began, whatever its own channel and note, as soon as nobody else owns that note.

        Args:
            message: any channel message.
            owner: the key that plays it: the input, channel and note as they came in. For a message other
                than a note only the input matters, so that `let_go` can lift its pedal.

        Raises:
            ValueError: if a note comes without its key: nobody could end it.
        """
        if owner is None and message.type in ("note_on", "note_off"):
            raise ValueError(f"a note sent through must come with its key, got {message} and None")
        self._orders.put(SendThru(message, owner))

    def let_go(self, source: int) -> None:
        """End the notes and lift the pedals that an input holds, because the input is gone."""
        self._orders.put(LetGo(source))

    def select_sounds(self, sounds: Sequence[Message] | None = None) -> None:
        """Send the program changes again, for a new listener, or replace them by others and send those."""
        self._orders.put(SelectSounds(sounds))

    def silence(self) -> None:
        """Drop the strikes that wait or have not left yet, and end those that sound.

        Notes that the musician holds keep sounding.
        """
        self._orders.put(Silence())

    def panic(self) -> None:
        """End segue's and the musician's notes, then send all notes off and all sound off on every channel.

        Keys that are still down own no notes afterwards.
        """
        self._orders.put(Panic())

    def close(self) -> None:
        """End segue's and the musician's notes, close the port and end the thread; wait until done."""
        self._orders.put(Close())
        if self._thread is not None:
            self._thread.join()
        else:
            self.pump()

    def start(self) -> None:
        """Run in a separate thread until `close`."""
        self._thread = Thread(target=self._run, name="segue-sender", daemon=True)
        self._thread.start()

    def pump(self) -> float:
        """Carry out the waiting orders, send what is due, and return when to pump again."""
        while not self._closed and not self._orders.empty():
            self._obey(self._orders.get_nowait())
        return self._advance()

    def _run(self) -> None:
        try:
            self.priority = raise_priority()
            deadline = self._advance()
            while not self._closed:
                with suppress(Empty):
                    self._obey(self._orders.get(timeout=max(0.0, deadline - self._clock.now())))
                deadline = self.pump()
        except BaseException as error:
            # Whatever went wrong, no note may keep sounding; then the owner gets the error and decides. Send
            # a panic, because the schedule may assume that a note-off has left when it has not.
            try:
                self._interrupt(SendNow(panic_messages(), about=None))
                self._end()
            finally:
                self._report(SenderFailed(error))

    def _obey(self, order: Order) -> None:
        match order:
            case Play() | Send() | Retime():
                if self._port is not None:
                    order.enter(self._schedule)
            case SelectSounds(sounds):
                if sounds is not None:
                    self._sounds = tuple(sounds)
                self._interrupt(SendNow(self._sounds))
            case Close():
                self._end()
            case _:
                self._interrupt(order)

    def _advance(self) -> float:
        """Send what is due, and check the port."""
        if self._closed:
            return float("inf")
        self._send_due()
        now = self._clock.now()
        self._report_until(now)
        if now >= self._check_at:
            self._check_at = now + CHECK_SECONDS
            self._look_after_port()
        return self.deadline

    def _send_due(self) -> None:
        port = self._port
        if port is None:
            return
        try:
            for due in self._schedule.pump(self._clock.now(), port.lead_seconds):
                self._handing(due.at, due.message)
                port.send(due.message, due.at)
                now = self._clock.now()
                late = self._late.get(due.at, max(0.0, now + port.needed_seconds - due.at))
                self._handed.append(
                    (max(due.at, now) + port.needed_seconds, MessageSent(due.at, due.message, late))
                )
        except PortLostError as error:
            self._lose(error)
        self._late.clear()

    def _interrupt(self, order: Interrupt) -> None:
        """Change the schedule and send an order's messages now, before those that the port has for later.

        If the port has messages for the same notes, withdraw its messages first. Otherwise leave them there:
        JACK may need one just while it is withdrawn.
        """
        port = self._port
        if port is None:
            return
        try:
            notes = order.notes(self._schedule)
            if notes is None or self._schedule.is_ahead_on(notes):
                self._take_back(port)
            self._send_now(port, order.change(self._schedule), hand=isinstance(order, SendThru))
        except PortLostError as error:
            self._lose(error)

    def _take_back(self, port: OutputPort) -> None:
        """Withdraw the port's messages that have not left, so that they wait in the schedule again."""
        withdrawn = port.withdraw()
        planned = [place for place, (_, sent) in enumerate(self._handed) if sent.late is not None]
        undone = self._schedule.take_back(min(len(withdrawn), len(planned)), self._clock.now())
        # A stalled port still has messages that are reported already: give those back to it.
        for at, message in withdrawn[: len(withdrawn) - undone]:
            port.send_at_once(message, at)
        for place in reversed(planned[len(planned) - undone :]):
            sent = self._handed[place][1]
            self._late[sent.at] = sent.late
            del self._handed[place]

    def _send_now(self, port: OutputPort, messages: Sequence[Message], *, hand: bool) -> None:
        for message in messages:
            now = self._clock.now()
            self._handing(now, message)
            port.send_at_once(message, now)
            at = self._leaves_at(message, now)
            place = len(self._handed)
            while place and self._handed[place - 1][1].at > at:
                place -= 1
            sent = MessageSent(at, message, None, hand=hand and message.type != "note_off")
            self._handed.insert(place, (at + port.needed_seconds, sent))

    def _leaves_at(self, message: Message, now: float) -> float:
        """Return when a message sent at once leaves: after the messages for its note that the port still has.

        So the note-off of a note that is stopped as it starts comes after its note-on.
        """
        note = _note_of(message)
        ahead = [sent.at for _, sent in self._handed if note is not None and _note_of(sent.message) == note]
        return max([now, *ahead])

    def _report_until(self, moment: float) -> None:
        """Report the messages that have left by this time."""
        while self._handed and self._handed[0][0] <= moment:
            self._report(self._handed.popleft()[1])

    def _lose(self, error: PortLostError) -> None:
        """Forget the lost port and everything that sounded on it; from now on, try to reconnect."""
        self._schedule.forget()
        port, self._port = self._port, None
        now = self._clock.now()
        self._check_at = now + CHECK_SECONDS
        self._report_until(now)
        self._handed.clear()
        self._report(PortChanged(None, str(error)))
        if port is not None:
            port.close()

    def _look_after_port(self) -> None:
        """Check whether the port is still there; try to open a lost port again."""
        if self._port is not None:
            try:
                self._port.check()
            except PortLostError as error:
                self._lose(error)
            return
        try:
            self._port = self._open_port()
        except PortError:
            return
        # Notes may still sound at the other end: end them before the first note.
        self._interrupt(SendNow([*panic_messages(), *self._sounds]))
        if self._port is not None:
            self._report(PortChanged(self._port.name, None))

    def _end(self) -> None:
        """Send a note-off for each note and the other messages that are due, then close the port."""
        self._closed = True
        self._interrupt(Close())
        self._send_due()
        if self._port is not None:
            self._port.close()
            self._port = None
        self._report_until(float("inf"))


def _note_of(message: Message) -> ChannelNote | None:
    """Return the note that a message begins or ends; None for other messages."""
    return (message.channel, message.note) if message.type in ("note_on", "note_off") else None
