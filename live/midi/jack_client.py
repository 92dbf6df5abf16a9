"""segue's client on a JACK server, whose ports are served in JACK's real-time thread.

Importing this module raises OSError if libjack is missing.

The process callback needs the interpreter's lock (GIL), so it may wait `sys.getswitchinterval()` for a thread
that computes in Python; in the port process none does. After that it keeps the lock (`live.midi.jack_calls`)
and does little: it passes the cycle to the clock, reads each input, lets the port process send, and writes
each output.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from threading import Lock, Semaphore
from time import monotonic, sleep

import jack

from live.midi.frame_clock import FrameClock
from live.midi.jack_calls import CycleTime
from live.midi.ports import CLIENT_NAME, NoMidiSystemError, PortError, Serve

CALLBACK_SECONDS = 0.1
"""How long a callback may run on after its server has died; it takes microseconds unless Python is busy."""

CYCLES_SECONDS = 1.0
"""How long to wait for process cycles of a server that may be dead; normally they come in milliseconds."""

WritePort = Callable[[int, int], None]
"""Writes an output in one process cycle. It is called with the number of the cycle's first frame, as
`FrameClock.cycle` returns it, and the number of frames in the cycle."""

ReadPort = Callable[[int, int], Iterator[tuple[int, Callable[[], None]]]]
"""Reads an input in one process cycle, called likewise; yields each message's frame in the cycle, and what
delivers it."""


class JackClient:
    """One client on one server; when that server ends, the client and its ports are lost for good.

    Any thread may call it. JACK's thread calls the served functions; if one raises, the client is lost.

    Args:
        clock: receives each cycle, and the end of the server.
        serve: sends in every cycle; see `live.midi.ports.MidiSystem.serve_in_cycles`.

    Attributes:
        clock, serve: as given.
        name: the name that the server assigned: `segue`, or `segue-01` if another segue runs.
        rate: frames a second.
        period_seconds: duration of a process cycle; it can change while JACK runs.
        lost: why the client is gone; None while it lives.

    Raises:
        NoMidiSystemError: if no server runs.
    """

    def __init__(self, clock: FrameClock, serve: Serve | None = None) -> None:
        # libjack would print its messages across the screen; the ones that matter also arrive as errors.
        jack.set_error_function(_say_nothing)
        jack.set_info_function(_say_nothing)
        self.clock = clock
        self.serve = serve
        self.lost: str | None = None
        self._server_ended_at: float | None = None
        self._lock = Lock()  # output and inputs are opened and closed by different threads
        # libjack has one connection to the server without a lock: two simultaneous requests may get each
        # other's answers.
        self._line = Lock()
        # Replaced as a whole, never changed: the real-time thread may be iterating over them.
        self._readers: tuple[ReadPort, ...] = ()
        self._writers: tuple[WritePort, ...] = ()
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
        """Return the names of other clients' MIDI input ports."""
        return self._others(self._jack.get_ports(is_midi=True, is_input=True))

    def senders(self) -> list[str]:
        """Return the names of other clients' MIDI output ports."""
        return self._others(self._jack.get_ports(is_midi=True, is_output=True))

    def exists(self, port: str) -> bool:
        """Return whether any client has a port of this name; takes microseconds, as it only reads memory."""
        try:
            self._jack.get_port_by_name(port)
        except jack.JackError:
            return False
        return True

    def is_connected(self, port: jack.OwnMidiPort, other: str) -> bool:
        """Return whether a port is connected to `other`, which must exist; as quick as `exists`."""
        try:
            return bool(port.is_connected_to(other))
        except jack.JackError:
            return False

    def connections(self, port: jack.OwnMidiPort) -> tuple[str, ...]:
        """Return the names of the ports that are connected to a port; as quick as `exists`."""
        try:
            return tuple(sorted(other.name for other in port.connections))
        except jack.JackError:
            return ()

    def check(self) -> None:
        """Detect whether a server that stands still has ended: PipeWire's library does not report it."""
        with self._line:
            if self.lost is None and self.clock.stands_still:
                try:
                    self._jack.midi_outports.register("probe").unregister()
                except jack.JackError:
                    self._shut_down()

    def register_output(self, name: str) -> jack.OwnMidiPort:
        """Register an output with this name, or with `-2` and so on if it is taken.

        Raises:
            PortError: if JACK refuses.
        """
        return self._register(self._jack.midi_outports, name)

    def register_input(self, name: str) -> jack.OwnMidiPort:
        """Register an input with this name, or with `-2` and so on if it is taken.

        Raises:
            PortError: if JACK refuses.
        """
        return self._register(self._jack.midi_inports, name)

    def read_in_cycles(self, read: ReadPort) -> None:
        """Read an input in every process cycle from now on."""
        with self._lock:
            self._readers = (*self._readers, read)

    def write_in_cycles(self, write: WritePort) -> None:
        """Write an output in every process cycle from now on."""
        with self._lock:
            self._writers = (*self._writers, write)

    def connect(self, port: jack.OwnMidiPort, other: str) -> None:
        """Connect a port to an existing one; return once messages can pass.

        Raises:
            PortError: if JACK refuses.
        """
        try:
            with self._line:
                port.connect(other)
        except jack.JackError as error:
            raise PortError(f"JACK cannot connect segue and {other!r}: {error}", other) from error
        # A connection works from the next cycle on, and the current one may have begun before it.
        self._wait_for_cycles(2)

    def unregister(self, port: jack.OwnMidiPort, served: ReadPort | WritePort) -> None:
        """Stop serving a port, and remove it from the server if the server is still there."""
        self._stop_serving(served)
        with self._line, suppress(jack.JackError):  # the server may be ending just now
            if self.lost is None:
                port.unregister()

    def close(self) -> None:
        """Leave the server and remove all ports."""
        # libjack kills its threads wherever they are, and a thread killed inside Python keeps the lock for
        # ever. A living server makes no more calls once it has released us; after a dead one, wait until the
        # current callback has ended.
        if self._server_ended_at is not None:
            sleep(max(0.0, self._server_ended_at + CALLBACK_SECONDS - monotonic()))
        self.lost = self.lost or "the JACK client was closed"
        with self._line:
            self._jack.close()
        self.clock.end()

    def _stop_serving(self, served: ReadPort | WritePort) -> None:
        with self._lock:
            self._readers = tuple(read for read in self._readers if read != served)
            self._writers = tuple(write for write in self._writers if write != served)

    def _wait_for_cycles(self, count: int) -> None:
        """Wait until `count` cycles have begun, but no longer than a second: the server may have died."""
        begun = Semaphore(0)

        def count_cycle(start: int, frames: int) -> None:
            begun.release()

        self.write_in_cycles(count_cycle)
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
                raise PortError(f"JACK cannot give segue a port: {error}") from error

    def _shut_down(self, *reason: object) -> None:
        self._server_ended_at = monotonic()
        self.lost = "the JACK server ended"
        self.clock.end()

    def _process(self, frames: int) -> None:
        try:
            self.period_seconds = frames / self.rate
            frame, elapsed = self._time.read()
            start = self.clock.cycle(frame, elapsed, frames)
            came = [timed for read in self._readers for timed in read(start, frames)]
            came.sort(key=_frame_of)
            for _, deliver in came:
                deliver()
            if self.serve is not None:
                self.serve(self.clock.seconds_of(start), self.clock.seconds_of(start + frames - 0.5))
            for write in self._writers:
                write(start, frames)
        except Exception as error:
            # If it were raised further, libjack would leave the server from this thread while another one
            # closes the client. The users of this client notice that it is lost.
            self._readers, self._writers, self.serve = (), (), None
            self.lost = f"segue failed in JACK's thread: {error!r}"


def _frame_of(timed: tuple[int, Callable[[], None]]) -> int:
    return timed[0]


def _say_nothing(message: str) -> None:
    pass
