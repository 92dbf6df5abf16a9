"""The ports as the engine sees them: it orders, and is told what happened."""

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Event, Lock, Thread

from mido import Message

from live.core.output.orders import Orders
from live.core.output.thru_rules import ThruRules
from live.midi.ports import CHECK_SECONDS, PortError
from live.midi.system import backend_of
from live.ports.line import Line, LineClosed, PeerCame, PeerLeft
from live.ports.orders import Close, Give, Live, Open, Order, Panic, Remember, SelectSounds, SetRules
from live.ports.reports import (
    Abandoned,
    Closed,
    Connected,
    InputsChanged,
    InputsState,
    News,
    Opened,
    OutputChanged,
    Refused,
    Report,
)
from live.system.clock import Clock, MonotonicClock

LIVE_SECONDS = 0.1
"""The engine says something at least this often, so that the ports know that it lives."""

OPEN_SECONDS = 20.0
"""How long opening the ports may take; a MIDI system that needs longer hangs."""

LISTEN_SECONDS = 0.1
"""How often the thread that listens looks whether the ports were closed."""

CLOSE_SECONDS = 5.0
"""How long closing them may take: the last messages leave within a second."""

HUNG_SECONDS = 3.0
"""A port process that has sent nothing for so long hangs: it sends a sign of life twice a second."""


class PortClock:
    """The clock of the port process: JACK's frames in seconds, or else the system clock.

    Any thread may read it. Between two reports it goes on as the system clock does, so it is off by a
    millisecond at most. It never goes back.

    Args:
        machine: the system's monotonic clock, which both processes share.
    """

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._ahead = 0.0
        self._latest = float("-inf")
        self._lock = Lock()

    def now(self) -> float:
        """Return the time in seconds; never less than before."""
        with self._lock:
            self._latest = max(self._latest, self._machine.now() + self._ahead)
            return self._latest

    def set(self, ahead: float) -> None:
        """Set by how many seconds it is ahead of the system's clock."""
        self._ahead = ahead


class PortLink:
    """The engine's end of the line to the port process. Any thread may give orders.

    If the port process dies, its ports count as lost until another one has opened them again; it is asked
    once a second until it can. Orders are lost meanwhile.

    Args:
        line: the line to the port process.
        wanted: the ports to open.
        report: receives each report that is not for the link itself; called from the thread that listens, so
            it must only enqueue.
        machine: the system's monotonic clock.

    Attributes:
        clock: the clock of all times.
        opened: what was opened; None before that.
        lead_seconds: how long before its time an order for a note must be given.
        dropped: notes left out so far because they came too late.
    """

    def __init__(
        self,
        line: Line,
        wanted: Open,
        report: Callable[[Report], None],
        machine: Clock | None = None,
    ) -> None:
        self._machine = machine or MonotonicClock()
        self.clock = PortClock(self._machine)
        self.opened: Opened | None = None
        self.lead_seconds = 0.0
        self.dropped = 0
        self._line = line
        self._wanted = wanted
        self._report = report
        # Notes that earlier port processes left out.
        self._dropped_before = 0
        self._live_at = float("-inf")
        self._refused: str | None = None
        self._has_peer = False
        self._process: int | None = None
        # Whether somebody can still come to the other end.
        self._can_come = True
        # When to ask again for ports that another port process could not open.
        self._open_at = float("inf")
        self._closes = False
        self._has_opened = Event()
        self._has_closed = Event()
        self._thread: Thread | None = None

    @property
    def is_supervised(self) -> bool:
        """Whether another engine would go on if this one died."""
        return self._line.is_supervised

    def start(self) -> Opened:
        """Listen in a thread of its own from now on; return what was opened, as soon as it is.

        Raises:
            PortError: if a port that the user named cannot be opened, or the port process does not answer.
        """
        self._thread = Thread(target=self._listen, name="segue-ports", daemon=True)
        self._thread.start()
        if not self._has_opened.wait(OPEN_SECONDS):
            raise PortError(f"no MIDI port opened within {OPEN_SECONDS:.0f} s: restart the MIDI system")
        if self._refused is not None or self.opened is None:
            raise PortError(self._refused or "the port process ended before it opened a port")
        return self.opened

    def keep_alive(self) -> None:
        """Say that the engine lives, unless it has just said something; ask again for ports that are away."""
        now = self._machine.now()
        if now >= self._open_at:
            self._open_at = float("inf")
            self._send(self._wanted)
        if now >= self._live_at:
            self._send(Live())

    def give(self, orders: Orders) -> None:
        """Pass the performer's orders on."""
        self._send(Give(orders))

    def select_sounds(
        self, sounds: Mapping[int, Sequence[Message]] | None = None, output: int | None = None
    ) -> None:
        """Send the messages that select the sounds; see `live.ports.orders.SelectSounds`."""
        self._send(SelectSounds(sounds, output))

    def panic(self) -> None:
        """End every note, then send all notes off and all sound off on every channel of every output."""
        self._send(Panic())

    def set_rules(self, rules: ThruRules) -> None:
        """Change what of the musician's messages goes through."""
        self._wanted = replace(self._wanted, rules=rules)
        self._send(SetRules(rules))

    def remember(self, state: bytes) -> None:
        """Let the port process keep the state of the performance for another engine."""
        self._send(Remember(state))

    def begin(self) -> None:
        """Say that the performance begins: from now on another engine shall go on if this one dies."""
        self._line.begin()

    def close(self) -> None:
        """End every note and close all ports; return when that is done and everything is reported."""
        if self._thread is not None and not self._has_closed.is_set():
            self._closes = True
            self._send(Close())
            if self._has_peer or self.opened is not None:
                self._has_closed.wait(CLOSE_SECONDS)
        self.leave()

    def leave(self) -> None:
        """Leave the ports as they are, to the engine that goes on; `close` does nothing afterwards."""
        self._has_closed.set()
        if self._thread is not None:
            self._thread.join()
        self._line.close()

    def take_in(self, packets: Sequence[object]) -> None:
        """Take in what came on the line."""
        for packet in packets:
            self._take(packet)

    def _listen(self) -> None:
        heard_at = self._machine.now()
        while not self._has_closed.is_set():
            packets = self._line.receive(LISTEN_SECONDS)
            now = self._machine.now()
            if packets:
                heard_at = now
            elif now > heard_at + HUNG_SECONDS and self._process is not None:
                heard_at = now
                self._end_hung(self._process)
            self.take_in(packets)

    def _end_hung(self, process: int) -> None:
        """End a port process that hangs: its notes sound on, and only another one can end them."""
        if process != os.getpid():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _take(self, packet: object) -> None:
        match packet:
            case PeerCame():
                self._has_peer = True
                self._send(self._wanted)
                if self._closes:  # the one before died with notes that this one ends
                    self._send(Close())
            case PeerLeft():
                self._has_peer, self._open_at, self._process = False, float("inf"), None
                self._lose("the port process ended")
                self._end_if_alone()
            case LineClosed():
                self._can_come = False
                self._has_opened.set()
                self._report(Abandoned())
                self._end_if_alone()
            case News(ahead, lead_seconds, dropped, reports):
                self.clock.set(ahead)
                self.lead_seconds, self.dropped = lead_seconds, self._dropped_before + dropped
                for report in reports:
                    self._hear(report)

    def _hear(self, report: Report) -> None:
        match report:
            case Opened():
                self._take_opened(report)
            case Refused(sentence):
                self._take_refused(sentence)
            case Connected(connections):
                self._wanted = replace(self._wanted, connections=connections)
            case Closed():
                self._has_closed.set()
            case _:
                self._report(report)

    def _take_opened(self, opened: Opened) -> None:
        is_first, self.opened, self._process = self.opened is None, opened, opened.process
        if is_first:
            if opened.system is not None:
                # Another port process opens the same, and nothing else in its place.
                backend = self._wanted.backend or backend_of(opened.system)
                self._wanted = replace(self._wanted, backend=backend, must_have_midi=True)
            self._has_opened.set()
        else:
            for number, name in enumerate(opened.outputs):
                self._report(OutputChanged(name, None, number))
            if opened.inputs is not None:
                self._report(InputsChanged(opened.inputs))

    def _take_refused(self, sentence: str) -> None:
        if self.opened is None:
            self._refused = sentence
            self._has_opened.set()
        elif self._closes:
            self._has_closed.set()
        else:
            self._open_at = self._machine.now() + CHECK_SECONDS

    def _end_if_alone(self) -> None:
        if not self._has_peer and not self._can_come:
            self._has_closed.set()

    def _lose(self, reason: str) -> None:
        """Report that all ports are lost."""
        self._dropped_before = self.dropped
        if self.opened is None or self._has_closed.is_set():
            return
        for number in range(len(self.opened.outputs)):
            self._report(OutputChanged(None, reason, number))
        if self.opened.inputs is not None:
            names = self.opened.inputs.names
            lost = InputsState(names, tuple(f"{name} (lost)" for name in names), reason)
            self._report(InputsChanged(lost, tuple(range(len(names)))))

    def _send(self, order: Order) -> None:
        self._live_at = self._machine.now() + LIVE_SECONDS
        self._line.send(order)
