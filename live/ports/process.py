"""The port process: serves the ports in time, takes the engine's orders, and outlives the engine."""

import os
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock

from mido import Message

from live.midi.ports import CHECK_SECONDS, PortError, PortLostError
from live.midi.system import open_midi_system
from live.ports.line import Line, LineClosed, PeerCame, PeerLeft
from live.ports.opening import OpenPorts, OpenSystem, open_ports
from live.ports.orders import Close, Connections, Give, Open, Panic, Remember, SelectSounds, SetRules
from live.ports.output import Output
from live.ports.port_server import PortServer
from live.ports.reports import (
    REPORT_SECONDS,
    Closed,
    Connected,
    GoneOn,
    InputsChanged,
    InputsState,
    News,
    Opened,
    Refused,
    Report,
)
from live.system.clock import Clock, MonotonicClock

HOP_SECONDS = 0.005
"""How long an order may be on its way. Measured between two processes: 0.1 ms in the median, 0.2 at p99; the
rest is for a computer that is busy."""

SILENT_SECONDS = 0.5
"""An engine that has said nothing for so long counts as gone; it says something five times as often."""

OVERDUE_SECONDS = 0.2
"""If an engine has said nothing for so long, its MIDI clock goes on without it. Not sooner: in a slow tempo
it orders each clock just before its time, and a clock too many would put the followers off for good."""

WATCH_SECONDS = 0.05
"""How often to look whether the engine lives, and after the inputs."""

STILL_SECONDS = 0.25
"""A JACK server that has run no cycle for so long may be gone: orders are then carried out without it."""

DRIFT_SECONDS = 0.001
"""The engine hears how JACK's clock stands to the computer's when that has changed by more: cycles begin some
tenths of a millisecond early or late."""

MOST_IN_A_PACKET = 256
"""Reports to send in one packet; a panic on one output makes 50."""


MOST_TRIES = 2
"""How many engines in a row may go on from a state and die early: if the state is what kills them, the next
one begins the performance."""

LASTED_SECONDS = 2.5
"""An engine that lives for longer has loaded its preset and drawn its next events: it did not die of the
state that it went on from."""


class PortProcess:
    """Opens the ports on the engine's request and serves them until the engine closes them.

    An engine that dies leaves its ports open; its notes are ended, and its MIDI clock goes on. Another one
    takes the ports over with the same request, and gets what the first one asked to remember. If nobody can
    send another one, the ports are closed.

    One thread calls it. On JACK the audio callback serves the ports, and elsewhere the thread of the MIDI
    system brings what comes in; a lock keeps them apart.

    Args:
        line: the line to the engine.
        machine: the system's monotonic clock.
        open_system: opens the MIDI system.
        hop_seconds: how long an order may be on its way here.

    Attributes:
        is_over: whether the ports are closed for good.
    """

    def __init__(
        self,
        line: Line,
        machine: Clock | None = None,
        open_system: OpenSystem = open_midi_system,
        hop_seconds: float = HOP_SECONDS,
    ) -> None:
        self.is_over = False
        self._line = line
        self._machine = machine or MonotonicClock()
        self._open_system = open_system
        self._hop_seconds = hop_seconds
        self._lock = Lock()
        self._open_ports: OpenPorts | None = None
        self._server: PortServer | None = None
        self._has_cycles = False
        self._engine = _Engine()
        self._connections: Connections | None = None
        self._watch_at = self._check_at = self._machine.now()
        self._served_at = self._reported_at = float("-inf")
        self._told_ahead = float("-inf")
        self._told_dropped = 0

    @property
    def server(self) -> PortServer | None:
        """What serves the ports; None before they are open."""
        return self._server

    @property
    def deadline(self) -> float:
        """When to step again if no packet comes, in the machine's seconds."""
        if self._server is None:
            return float("inf")
        due = float("inf") if self._has_cycles else self._server.deadline - self._ahead
        return min(self._watch_at, due)

    def run(self) -> None:
        """Serve until the ports are closed; end every note even if segue has a fault."""
        try:
            while not self.is_over:
                self.step(self._line.receive(min(1.0, self.deadline - self._machine.now())))
        except BaseException:
            if self._server is not None:
                with self._lock:
                    for output in self._server.outputs:
                        output.panic(self._now)
            self._close_ports()
            self._line.close()
            raise

    def step(self, packets: Sequence[object]) -> None:
        """Take in these packets, and do what is due."""
        for packet in packets:
            if not self.is_over:
                self._take(packet)
        if self.is_over:
            return
        if self._server is None:
            self.is_over = not self._engine.can_come
            return
        machine = self._machine.now()
        if not self._has_cycles or machine > self._served_at + STILL_SECONDS:
            self._serve(self._now)
        if machine >= self._watch_at:
            self._watch_at = machine + WATCH_SECONDS
            self._watch(machine, self._server)
        if not self._engine.is_there and not self._engine.can_come:
            self._close()

    @property
    def _now(self) -> float:
        assert self._open_ports is not None
        return self._open_ports.clock.now()

    @property
    def _ahead(self) -> float:
        return self._now - self._machine.now()

    def _take(self, packet: object) -> None:
        match packet:
            case PeerCame():
                # It may need seconds until it says anything, and is not silent meanwhile.
                self._engine.is_there, self._engine.heard_at = True, float("inf")
            case PeerLeft():
                self._engine.is_there = False
                self._stay_alone()
            case LineClosed():
                self._engine.can_come = False
            case _:
                self._engine.heard_at, self._engine.is_silent = self._machine.now(), False
                self._obey(packet)

    def _obey(self, order: object) -> None:
        match order:
            case Open():
                self._open(order)
            case Remember(state):
                self._engine.state = state
                if self._machine.now() > self._engine.opened_at + LASTED_SECONDS:
                    self._engine.tries = 0
            case Close():
                self._close()
            case Give() | SelectSounds() | Panic() | SetRules() if self._server is not None:
                self._server.take(order)

    def _open(self, wanted: Open) -> None:
        """Open the ports, or give the ones that are open to another engine."""
        if self._server is None:
            try:
                self._open_ports = open_ports(wanted, self._open_system, self._heard, self._machine)
            except PortError as error:
                self._line.send(News(0.0, 0.0, 0, (Refused(str(error)),)))
                return
            self._server = PortServer(self._open_ports.outputs, wanted.rules)
            if self._open_ports.system is not None:
                self._has_cycles = self._open_ports.system.serve_in_cycles(self._serve)
            if wanted.connections is not None:
                self._reconnect(self._server, self._open_ports, wanted.connections)
        ports, server, engine = self._open_ports, self._server, self._engine
        assert ports is not None
        engine.opened_at = self._machine.now()
        gone_on = None
        if engine.state is not None and engine.died_at is not None and engine.tries < MOST_TRIES:
            engine.tries += 1
            gone_on = GoneOn(engine.state, engine.died_at, server.clock_place)
        opened = Opened(
            ports.system.label if ports.system is not None else None,
            os.getpid(),
            tuple(output.name for output in server.outputs),
            _state_of(ports),
            ports.trouble,
            gone_on,
        )
        self._line.begin()
        known = () if self._connections is None else (Connected(self._connections),)
        with self._lock:
            self._send(server, (opened, *server.troubles(), *known))

    def _reconnect(self, server: PortServer, ports: OpenPorts, connections: Connections) -> None:
        """Connect the ports as those of the process that died were; its notes may still sound there."""
        for output, port, names in zip(server.outputs, ports.outputs, connections.outputs, strict=True):
            port.connect(names)
            with self._lock:
                output.panic(self._now)
        if ports.inputs is not None and connections.inputs:
            ports.inputs.connect(connections.inputs)

    def _heard(self, at: float, source: int, message: Message) -> None:
        """Take in a message; the thread of the MIDI system calls this, on JACK the audio callback."""
        server = self._server
        if server is None:
            return
        with self._lock:
            server.hear(source, message, at)
            if not self._has_cycles:
                self._report(server)

    def _serve(self, now: float, until: float | None = None) -> None:
        """Do what is due; on JACK the audio callback calls this in each cycle, after what came in.

        The callback reports only what is urgent, such as a key: the rest can wait for `_watch`.
        """
        server = self._server
        if server is None:
            return
        self._served_at = self._machine.now()
        with self._lock:
            server.pump(now, until)
            if server.has_urgent_reports or not self._has_cycles:
                self._report(server)

    def _report(self, server: PortServer) -> None:
        """Send the engine what is urgent, the rest ten times a second, and a sign of life; hold the lock.

        Without an engine the reports wait for the next one.
        """
        if not self._engine.is_there:
            return
        waited = self._machine.now() - self._reported_at
        has_news = server.has_reports or server.dropped != self._told_dropped
        is_due = waited >= (REPORT_SECONDS - WATCH_SECONDS if has_news else SILENT_SECONDS)
        if is_due or server.has_urgent_reports or abs(self._ahead - self._told_ahead) > DRIFT_SECONDS:
            reports = server.reports()
            for begin in range(0, max(1, len(reports)), MOST_IN_A_PACKET):
                self._send(server, reports[begin : begin + MOST_IN_A_PACKET])

    def _send(self, server: PortServer, reports: tuple[Report, ...]) -> None:
        self._reported_at, self._told_ahead = self._machine.now(), self._ahead
        self._told_dropped = server.dropped
        lead = server.lead_seconds + self._hop_seconds
        self._line.send(News(self._told_ahead, lead, server.dropped, reports))

    def _stay_alone(self) -> None:
        """End the notes of an engine that is gone or silent; remember when that was."""
        if self._server is None:
            return
        self._engine.died_at = self._now
        with self._lock:
            self._server.stay_alone(self._now)

    def _watch(self, machine: float, server: PortServer) -> None:
        """Look after the engine and the ports."""
        engine, ports = self._engine, self._open_ports
        if engine.is_there and machine > engine.heard_at + OVERDUE_SECONDS:
            with self._lock:
                server.keep_clock()
        if engine.is_there and not engine.is_silent and machine > engine.heard_at + SILENT_SECONDS:
            engine.is_silent = True
            self._stay_alone()
        assert ports is not None
        now = self._now
        with self._lock:
            server.watch_loop(now)
            self._report(server)
        if ports.inputs is not None and now >= ports.inputs.deadline:
            before = _state_of(ports)
            released = ports.inputs.pump(now)
            after = _state_of(ports)
            with self._lock:
                for number in released:
                    server.let_go(number, now)
                if after is not None and (released or after != before):
                    server.tell(InputsChanged(after, tuple(released)))
        for output in server.outputs:
            if output.lost_port is not None:
                output.lost_port.close()
                output.lost_port = None
        if machine >= self._check_at:
            self._check_at = machine + CHECK_SECONDS
            for output, name in zip(server.outputs, ports.wanted, strict=True):
                self._look_after(output, name)
            self._watch_connections(server, ports)

    def _watch_connections(self, server: PortServer, ports: OpenPorts) -> None:
        """Report what is connected, so that a new port process can connect it again."""
        connections = Connections(
            tuple(output.port.connections() if output.port is not None else () for output in server.outputs),
            ports.inputs.connections() if ports.inputs is not None else (),
        )
        if connections != self._connections:
            self._connections = connections
            with self._lock:
                server.tell(Connected(connections))

    def _look_after(self, output: Output, name: str | None) -> None:
        """Check whether a port is still there; try to open a lost one again. Neither may hold the lock."""
        assert self._open_ports is not None
        if output.port is not None:
            try:
                output.port.check()
            except PortLostError as error:
                with self._lock:
                    output.lose(str(error))
        elif self._open_ports.system is not None:
            with suppress(PortError):  # not back yet
                port = self._open_ports.system.open_output(name)
                with self._lock:
                    output.reconnect(port, self._now)

    def _close(self) -> None:
        """End every note, close the ports, and say so."""
        if self._server is not None:
            with self._lock:
                self._server.finish(self._now)
            self._close_ports()
            self._server.tell(Closed())
            self._report(self._server)
        self._line.close()
        self.is_over = True

    def _close_ports(self) -> None:
        if self._server is None or self._open_ports is None:
            return
        for output in self._server.outputs:
            for port in (output.port, output.lost_port):
                if port is not None:
                    port.close()
        if self._open_ports.inputs is not None:
            self._open_ports.inputs.close()
        if self._open_ports.system is not None:
            self._open_ports.system.close()


class _Engine:
    """What is known of the engine.

    Attributes:
        is_there: whether it is at the other end of the line.
        can_come: whether there is somebody who could send another one.
        is_silent: whether it has said nothing for so long that its notes were ended.
        heard_at: when it last said anything, in the machine's seconds; infinity before it has.
        died_at: when the last one fell silent or left, seconds on the stage's clock; None if none did.
        state: what it asked to remember; None if it did not.
        opened_at: when it asked for the ports, in the machine's seconds.
        tries: how many engines in a row have gone on from a state and have not lasted.
    """

    def __init__(self) -> None:
        self.is_there = False
        self.can_come = True
        self.is_silent = False
        self.heard_at = float("inf")
        self.died_at: float | None = None
        self.state: bytes | None = None
        self.opened_at = float("-inf")
        self.tries = 0


def _state_of(ports: OpenPorts) -> InputsState | None:
    inputs = ports.inputs
    return None if inputs is None else InputsState(inputs.last_names, inputs.names, inputs.lost)
