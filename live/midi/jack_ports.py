"""Ports on a JACK server, PipeWire's included: each message leaves on its exact frame.

Importing this module raises OSError if libjack is missing.

Each cycle first delivers what came in, in order of its frames over all inputs; then it lets the port process
send what is due in it; then it writes what was sent. So a key goes through in the cycle in which it came.

`send` appends to a queue, and JACK's thread takes from it. Each side uses its own end of a `deque`, whose
append and popleft are atomic, so that any thread may send and no lock can block the real-time thread. The
queue is first in, first out: no message overtakes an earlier one. It lives as long as its port, and a port at
most as long as its client.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from threading import Event, Lock
from time import monotonic

import jack
from mido import Message

from live.midi.frame_clock import FrameClock
from live.midi.incoming import incoming_message
from live.midi.jack_calls import MidiReader, MidiWriter
from live.midi.jack_client import JackClient, ReadPort, WritePort
from live.midi.ports import (
    OWN_INPUT,
    OWN_OUTPUT,
    Deliver,
    PortError,
    PortLostError,
    Serve,
    find_port,
    own_output,
)
from live.system.clock import MonotonicClock

HAND_OVER_SECONDS = 0.005
"""How late a thread may be with a message that still leaves on its frame."""

DRAIN_SECONDS = 1.0
"""How long `close` waits for the last messages after their time; JACK takes them in a period or two."""

TO_OTHERS, FROM_OTHERS = "to", "from"
"""Names of ports that are connected to existing ones. They never use the names `out` and `in`, in whatever
order ports reopen after the server was lost, so that the musician's own connections find the right ports."""

END = (0.0, b"")
"""An empty entry of the queue, due at once. The entries after it wait for the next cycle."""


class JackSystem:
    """A JACK server, with a client `segue` and its ports `in` and `out`; see `live.midi.ports.MidiSystem`.

    Raises:
        NoMidiSystemError: if no server runs.
    """

    label = "JACK"

    def __init__(self) -> None:
        self.clock = FrameClock(MonotonicClock())
        # Different threads reopen output and inputs after a loss; all must get the same new client.
        self._lock = Lock()
        self._serve: Serve | None = None
        self._client = JackClient(self.clock)

    @property
    def own_output_name(self) -> str:
        """The name of segue's own output port."""
        return f"{self._living_client().name}:{OWN_OUTPUT}"

    @property
    def own_input_name(self) -> str:
        """The name of segue's own input port."""
        return f"{self._living_client().name}:{OWN_INPUT}"

    def output_names(self) -> list[str]:
        """Return the names of other programs' MIDI input ports."""
        return self._living_client().receivers()

    def input_names(self) -> list[str]:
        """Return the names of other programs' MIDI output ports."""
        return self._living_client().senders()

    def open_output(self, port: str | None = None) -> "JackOutput":
        """Open the port `out`, another port of segue's own, or a port connected to an existing one."""
        client = self._living_client()
        own = own_output(port)
        target = find_port(port, client.receivers()) if port is not None and own is None else None
        return JackOutput(client, own or TO_OTHERS, target)

    def open_input(self, deliver: Deliver, port: str | None = None) -> "JackInput":
        """Open the port `in` (or `in-2` and so on), or a port connected to an existing one."""
        client = self._living_client()
        if port is None:
            return JackInput(client, deliver, OWN_INPUT, None)
        return JackInput(client, deliver, FROM_OTHERS, find_port(port, client.senders()))

    def serve_in_cycles(self, serve: Serve) -> bool:
        """Let a function send in every cycle."""
        with self._lock:
            self._serve = self._client.serve = serve
        return True

    def close(self) -> None:
        """Leave the server; drop the messages in ports that were not closed before."""
        with self._lock:
            self._client.close()

    def _living_client(self) -> JackClient:
        with self._lock:
            if self._client.lost is not None:
                # Close it first: a new client makes libjack free dead ones, and freeing one twice crashes.
                self._client.close()
                self._client = JackClient(self.clock, self._serve)
            return self._client


class _JackPort:
    """The common part of outputs and inputs.

    Args:
        client: the client that registered the port.
        port: the port.
        other: the existing port that it is connected to; None for a port that others connect to.
    """

    def __init__(self, client: JackClient, port: jack.OwnMidiPort, other: str | None) -> None:
        self.name: str = other or port.name
        self._client = client
        self._port = port
        self._other = other
        self._lost: str | None = None
        self._closed = False

    def check(self) -> None:
        """Raise `PortLostError` if the server ended, or the existing port is gone or no longer connected."""
        self._client.check()
        if self._other is not None and self._client.lost is None:
            if not self._client.exists(self._other):
                self._lost = f"the port {self._other!r} is gone"
            elif not self._client.is_connected(self._port, self._other):
                # It left and came back between two checks, or somebody disconnected it.
                self._lost = f"the port {self._other!r} was disconnected"
        self._check_known()

    def connections(self) -> tuple[str, ...]:
        """Return the names of the ports that are connected to it."""
        return self._client.connections(self._port) if self._client.lost is None else ()

    def connect(self, names: Sequence[str]) -> None:
        """Connect it to those of these ports that exist."""
        for name in names:
            with suppress(PortError):
                if name not in self.connections():
                    self._client.connect(self._port, name)

    def _check_known(self) -> None:
        self._lost = self._lost or self._client.lost
        if self._lost is not None:
            raise PortLostError(self._lost, self.name)

    def _connect(self, served: ReadPort | WritePort) -> None:
        """Connect the port to the existing one, if it is for one; remove it again if that fails."""
        if self._other is not None:
            try:
                self._client.connect(self._port, self._other)
            except PortError:
                self._client.unregister(self._port, served)
                raise


class JackOutput(_JackPort):
    """An output port; see `live.midi.ports.OutputPort`."""

    def __init__(self, client: JackClient, name: str, target: str | None) -> None:
        super().__init__(client, client.register_output(name), target)
        self._writer = MidiWriter(self._port)
        self._queue: deque[tuple[float, bytes]] = deque()
        self._last_at = 0.0
        self._drained = Event()
        client.write_in_cycles(self._write)
        self._connect(self._write)

    @property
    def lead_seconds(self) -> float:
        """A period, since JACK needs a whole one at its start, plus a margin for a sender that is late."""
        return self._client.period_seconds + HAND_OVER_SECONDS

    def send(self, message: Message, at: float) -> None:
        """Queue a message for the frame of its time."""
        self._check_known()
        self._last_at = max(self._last_at, at)
        self._queue.append((at, bytes(message.bin())))

    def close(self) -> None:
        """Wait until all messages have left, then remove the port from the server."""
        if self._closed:
            return
        self._closed = True
        deadline = monotonic() + max(0.0, self._last_at - self._client.clock.now()) + DRAIN_SECONDS
        # Twice: JACK reaches the second one a cycle later, when other clients have read the last messages.
        self._queue.append(END)
        self._queue.append(END)
        while self._client.lost is None and monotonic() < deadline and not self._drained.wait(0.05):
            pass
        self._client.unregister(self._port, self._write)

    def _write(self, start: int, frames: int) -> None:
        """Write the messages of a process cycle. JACK's thread calls this."""
        self._writer.begin(frames)
        queue, offset = self._queue, 0
        while queue:
            first = queue[0]
            offset = max(offset, self._client.clock.frame_of(first[0]) - start)
            if offset >= frames:
                return
            if first is END:
                queue.popleft()
                if not queue:
                    self._drained.set()
                return
            if not self._writer.write(offset, first[1]):
                return  # the cycle's buffer is full: the rest leaves in the next cycle
            queue.popleft()


class JackInput(_JackPort):
    """An input port; see `live.midi.ports.InputPort`."""

    def __init__(self, client: JackClient, deliver: Deliver, name: str, source: str | None) -> None:
        super().__init__(client, client.register_input(name), source)
        self._reader = MidiReader(self._port)
        self._deliver = deliver
        self._last_at = 0.0
        client.read_in_cycles(self._read)
        self._connect(self._read)

    def close(self) -> None:
        """Stop listening, and remove the port from the server."""
        if not self._closed:
            self._closed = True
            self._client.unregister(self._port, self._read)

    def _read(self, start: int, frames: int) -> Iterator[tuple[int, Callable[[], None]]]:
        """Yield each message of a cycle with its frame, as what delivers it. JACK's thread calls this."""
        for offset, data in self._reader.read(frames):
            message = incoming_message(data)
            if message is not None:
                # When the frames are realigned, a message could seem to come before the last one.
                self._last_at = max(self._last_at, self._client.clock.seconds_of(start + offset))
                yield offset, partial(self._deliver, self._last_at, message)
