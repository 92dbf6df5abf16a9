"""segue as one JACK server knows it: a client whose ports are served in JACK's real-time thread.

Importing this raises OSError where libjack is missing.

The process callback needs the interpreter's lock (GIL), so it may wait `sys.getswitchinterval()` for a thread
that computes in Python. Then it keeps the lock (`live.midi.jack_calls`) and does little: it places the cycle
on the clock and serves each port.
"""

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from threading import Lock, Semaphore
from time import monotonic, sleep

import jack

from live.midi.frame_clock import FrameClock
from live.midi.jack_calls import CycleTime
from live.midi.ports import CLIENT_NAME, NoMidiSystemError, PortError

CALLBACK_SECONDS = 0.1
"""How long a callback may go on after its server has died; it takes microseconds, unless Python is busy."""

CYCLES_SECONDS = 1.0
"""How long to wait for process cycles of a server that may be dead; they take milliseconds."""

ServePort = Callable[[int, int], None]
"""Writes or reads a port in one process cycle: the number of its first frame, as `FrameClock.cycle` counts
them, and how many frames it has."""


class JackClient:
    """One client on one server; when that server ends, it and its ports are lost for good.

    Any thread may call it. JACK's thread calls the served functions; if one raises, the client is lost.

    Args:
        clock: told of each cycle, and of the end of the server.

    Attributes:
        clock: the same.
        name: as the server gave it, `segue`, or `segue-01` beside another segue.
        rate: frames a second.
        period_seconds: how long a process cycle lasts; it may be changed while JACK runs.
        lost: why the client is gone; None while it lives.

    Raises:
        NoMidiSystemError: if no server runs.
    """

    def __init__(self, clock: FrameClock) -> None:
        # libjack writes its troubles across the player's screen; what matters of them arrives as errors.
        jack.set_error_function(_say_nothing)
        jack.set_info_function(_say_nothing)
        self.clock = clock
        self.lost: str | None = None
        self._server_ended_at: float | None = None
        self._lock = Lock()  # output and inputs are opened and closed by different threads
        # libjack has one line to the server and no lock on it: of two requests at once, each may get the
        # answer to the other.
        self._line = Lock()
        # Replaced as a whole, never changed: the real-time thread may be walking through it.
        self._served: tuple[ServePort, ...] = ()
        try:
            self._jack = jack.Client(CLIENT_NAME, no_start_server=True)
            self.name: str = self._jack.name
            self.rate: int = self._jack.samplerate
            self.period_seconds: float = self._jack.blocksize / self.rate
            self._time = CycleTime(self._jack)
            clock.begin(self.rate)
            self._jack.set_freewheel_callback(clock.freewheel)
            self._jack.set_shutdown_callback(self._shut_down)
            self._jack.set_process_callback(self._process)
            self._jack.activate()
        except jack.JackError as error:
            raise NoMidiSystemError("JACK server", "start JACK or PipeWire") from error

    def receivers(self) -> list[str]:
        """Return the names of other clients' ports that take MIDI."""
        return self._others(self._jack.get_ports(is_midi=True, is_input=True))

    def senders(self) -> list[str]:
        """Return the names of other clients' ports that give MIDI."""
        return self._others(self._jack.get_ports(is_midi=True, is_output=True))

    def exists(self, port: str) -> bool:
        """Return whether some client has a port of this name; microseconds, for it only reads memory."""
        try:
            self._jack.get_port_by_name(port)
        except jack.JackError:
            return False
        return True

    def is_connected(self, port: jack.OwnMidiPort, other: str) -> bool:
        """Return whether a port is connected with this one, which exists; as quick as `exists`."""
        try:
            return bool(port.is_connected_to(other))
        except jack.JackError:
            return False

    def check(self) -> None:
        """Find out whether a server that stands still has ended: PipeWire's library does not say so."""
        with self._line:
            if self.lost is None and self.clock.stands_still:
                try:
                    self._jack.midi_outports.register("probe").unregister()
                except jack.JackError:
                    self._shut_down()

    def register_output(self, name: str) -> jack.OwnMidiPort:
        """Register a MIDI port `out`, say, or `out-2` and so on beside it; `PortError` if JACK refuses."""
        return self._register(self._jack.midi_outports, name)

    def register_input(self, name: str) -> jack.OwnMidiPort:
        """Register a MIDI port `in`, say, or `in-2` and so on beside it; `PortError` if JACK refuses."""
        return self._register(self._jack.midi_inports, name)

    def serve(self, serve_port: ServePort) -> None:
        """Call this in every process cycle from now on."""
        with self._lock:
            self._served = (*self._served, serve_port)

    def connect(self, port: jack.OwnMidiPort, other: str) -> None:
        """Connect a port with an existing one; returns when what it sends arrives there.

        Raises:
            PortError: if JACK refuses.
        """
        try:
            with self._line:
                port.connect(other)
        except jack.JackError as error:
            raise PortError(f"JACK does not connect segue and {other!r}: {error}", other) from error
        # A connection is there from the next cycle on, and the one that runs now may have begun before it.
        self._wait_for_cycles(2)

    def unregister(self, port: jack.OwnMidiPort, serve_port: ServePort) -> None:
        """Stop serving a port and take it from the server; nothing if the server took it already."""
        self._stop_serving(serve_port)
        with self._line, suppress(jack.JackError):  # the server may be just ending
            if self.lost is None:
                port.unregister()

    def close(self) -> None:
        """Leave the server, with all ports."""
        # libjack ends its threads wherever they are, and one that ends inside Python holds its lock for ever.
        # A living server calls nothing any more once it lets us go; after a dead one, let what runs end.
        if self._server_ended_at is not None:
            sleep(max(0.0, self._server_ended_at + CALLBACK_SECONDS - monotonic()))
        self.lost = self.lost or "the JACK client was closed"
        with self._line:
            self._jack.close()
        self.clock.end()

    def _stop_serving(self, serve_port: ServePort) -> None:
        with self._lock:
            self._served = tuple(served for served in self._served if served != serve_port)

    def _wait_for_cycles(self, count: int) -> None:
        """Return when so many cycles have begun, or after a second: the server may have died."""
        begun = Semaphore(0)

        def count_cycle(start: int, frames: int) -> None:
            begun.release()

        self.serve(count_cycle)
        deadline = monotonic() + CYCLES_SECONDS
        for _ in range(count):
            begun.acquire(timeout=max(0.0, deadline - monotonic()))
        self._stop_serving(count_cycle)

    def _others(self, ports: list[jack.Port]) -> list[str]:
        return [port.name for port in ports if not port.name.startswith(f"{self.name}:")]

    def _register(self, ports: jack.Ports, name: str) -> jack.OwnMidiPort:
        numbered = (f"{name}-{number}" for number in count(2))
        with self._line:
            # A client's inputs and outputs share their names.
            taken = {port.shortname for port in (*self._jack.midi_outports, *self._jack.midi_inports)}
            try:
                return ports.register(
                    name if name not in taken else next(n for n in numbered if n not in taken)
                )
            except jack.JackError as error:
                raise PortError(f"JACK gives segue no port: {error}") from error

    def _shut_down(self, *reason: object) -> None:
        self._server_ended_at = monotonic()
        self.lost = "the JACK server ended"
        self.clock.end()

    def _process(self, frames: int) -> None:
        try:
            self.period_seconds = frames / self.rate
            frame, elapsed = self._time.read()
            start = self.clock.cycle(frame, elapsed, frames)
            for serve_port in self._served:
                serve_port(start, frames)
        except Exception as error:
            # Raised further, it would make libjack leave the server from this thread while another one closes
            # the client. Whoever uses this client hears of it by its loss.
            self._served = ()
            self.lost = f"segue failed in JACK's thread: {error!r}"


def _say_nothing(message: str) -> None:
    pass
