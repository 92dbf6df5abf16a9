"""The player: the only owner of the output port; sends each message at its time, or silences."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from mido import Message

from live.clock import Clock
from live.core.panic_messages import panic_messages
from live.core.schedule import Schedule, Strike
from live.ports import CHECK_SECONDS, OutputPort, PortError, PortLostError


@dataclass(frozen=True, slots=True)
class Sent:
    """A message left.

    Attributes:
        at: the moment it belongs to, monotonic seconds.
        message: what was sent.
        late: seconds by which the port got it too late to leave at its moment, 0.0 if in time; None for what
            had no moment but now (a stop, a panic).
    """

    at: float
    message: Message
    late: float | None


@dataclass(frozen=True, slots=True)
class PortChanged:
    """The output was lost, or is there again.

    Attributes:
        name: the port's name; None while it is lost.
        reason: why it was lost; None when it is there.
    """

    name: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class PlayerFailed:
    """The player's thread ended by an error, a fault of segue's; notes were silenced if possible."""

    error: BaseException


Report = Sent | PortChanged | PlayerFailed


@dataclass(frozen=True, slots=True)
class _Play:
    strikes: Sequence[Strike]


@dataclass(frozen=True, slots=True)
class _Greet:
    pass


@dataclass(frozen=True, slots=True)
class _Silence:
    panic: bool


@dataclass(frozen=True, slots=True)
class _Close:
    pass


class Player:
    """Sends strikes at their time from a thread of its own.

    `play`, `greet`, `silence`, `panic` and `close` may be called by any thread; everything else belongs to
    the player's thread. Tests drive `pump` by hand instead of `start`.

    Args:
        open_port: opens the output; called again after it was lost.
        greeting: what each newly opened port is told first, such as program changes.
        clock: monotonic time.
        report: called from the player's thread with each report; it must only enqueue.

    Attributes:
        port_name: name of the port that was opened first.

    Raises:
        PortError: if the port cannot be opened.
    """

    def __init__(
        self,
        open_port: Callable[[], OutputPort],
        clock: Clock,
        report: Callable[[Report], None],
        greeting: Sequence[Message] = (),
    ) -> None:
        self._open_port = open_port
        self._clock = clock
        self._report = report
        self._greeting = tuple(greeting)
        self._orders: SimpleQueue[_Play | _Greet | _Silence | _Close] = SimpleQueue()
        self._schedule = Schedule()
        self._port: OutputPort | None = open_port()
        self.port_name = self._port.name
        self._check_at = clock.now() + CHECK_SECONDS
        self._closed = False
        self._thread: Thread | None = None
        self._send_now(self._greeting)

    @property
    def dropped(self) -> int:
        """Notes dropped because they were too late; any thread may read it."""
        return self._schedule.dropped

    @property
    def sounding(self) -> frozenset[tuple[int, int]]:
        """The (channel, note) pairs that sound now."""
        return self._schedule.sounding

    @property
    def deadline(self) -> float:
        """When to pump again, monotonic seconds."""
        if self._port is None:
            return self._check_at
        return min(self._check_at, self._schedule.deadline - self._port.lead_seconds)

    def play(self, strikes: Sequence[Strike]) -> None:
        """Let these notes wait for their time."""
        self._orders.put(_Play(strikes))

    def greet(self) -> None:
        """Send the greeting again: who connected since does not know it."""
        self._orders.put(_Greet())

    def silence(self) -> None:
        """Drop what waits and end each note that sounds."""
        self._orders.put(_Silence(panic=False))

    def panic(self) -> None:
        """Silence, then tell every channel to end all notes and sounds, whoever began them."""
        self._orders.put(_Silence(panic=True))

    def close(self) -> None:
        """Silence, close the port and end the thread; returns when that is done."""
        self._orders.put(_Close())
        if self._thread is not None:
            self._thread.join()
        else:
            self.pump()

    def start(self) -> None:
        """Run in a thread of its own until `close`."""
        self._thread = Thread(target=self._run, name="segue-player", daemon=True)
        self._thread.start()

    def pump(self) -> float:
        """Obey the orders that wait, send what is due, and return when to pump again."""
        with suppress(Empty):
            while not self._closed:
                self._obey(self._orders.get_nowait())
        return self._advance()

    def _run(self) -> None:
        try:
            deadline = self._advance()
            while not self._closed:
                with suppress(Empty):
                    self._obey(self._orders.get(timeout=max(0.0, deadline - self._clock.now())))
                deadline = self.pump()
        except BaseException as error:
            # Whatever went wrong, nothing may go on sounding; then the owner is told and decides.
            try:
                self._end()
            finally:
                self._report(PlayerFailed(error))

    def _obey(self, order: _Play | _Greet | _Silence | _Close) -> None:
        match order:
            case _Play(strikes):
                for strike in strikes if self._port is not None else ():
                    self._schedule.add(strike)
            case _Greet():
                self._send_now(self._greeting)
            case _Silence(panic):
                self._send_now(self._schedule.silence())
                if panic:
                    self._send_now(panic_messages())
            case _Close():
                self._end()

    def _advance(self) -> float:
        """Send what is due and look after the port."""
        if self._closed:
            return float("inf")
        now = self._clock.now()
        if self._port is not None:
            try:
                for due in self._schedule.pump(now, self._port.lead_seconds):
                    self._port.send(due.message, due.at)
                    late = self._clock.now() + self._port.needed_seconds - due.at
                    self._report(Sent(due.at, due.message, max(0.0, late)))
                if now >= self._check_at:
                    self._check_at = now + CHECK_SECONDS
                    self._port.check()
            except PortLostError as error:
                self._lose(error)
        elif now >= self._check_at:
            self._reopen()
        return self.deadline

    def _send_now(self, messages: Sequence[Message]) -> None:
        try:
            for message in messages:
                if self._port is None:
                    return
                now = self._clock.now()
                self._port.send(message, now)
                self._report(Sent(now, message, None))
        except PortLostError as error:
            self._lose(error)

    def _lose(self, error: PortLostError) -> None:
        """The port is gone and what sounded on it with it; from now on, try to get it back."""
        self._schedule.forget()
        port, self._port = self._port, None
        self._check_at = self._clock.now() + CHECK_SECONDS
        self._report(PortChanged(None, str(error)))
        if port is not None:
            port.close()

    def _reopen(self) -> None:
        self._check_at = self._clock.now() + CHECK_SECONDS
        try:
            self._port = self._open_port()
        except PortError:
            return
        # Whatever the loss left sounding at the other end is unknown: end it before the first note.
        self._send_now([*panic_messages(), *self._greeting])
        if self._port is not None:
            self._report(PortChanged(self._port.name, None))

    def _end(self) -> None:
        """Leave silently: a note-off for each note, then the port."""
        self._closed = True
        self._send_now(self._schedule.silence())
        if self._port is not None:
            self._port.close()
            self._port = None
