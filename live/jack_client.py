"""segue as one JACK server knows it: a client whose ports are served in JACK's real-time thread.

Importing this raises OSError where libjack is missing.

The process callback needs the interpreter's lock (GIL), so it may wait `sys.getswitchinterval()` for a thread
that computes in Python. It does little: it places the cycle on the clock and serves each port.
"""

from collections.abc import Callable
from itertools import count
from time import monotonic

import jack

from live.ports import CLIENT_NAME, NoMidiSystemError

CLOCK_TOLERANCE = 0.0003
"""How far JACK's frames may drift from the clock before they are aligned anew, in seconds.

Within it the distance of messages is exact to the frame; it is the time of one byte on a DIN cable.
"""

FRAME_COUNTER = 1 << 32
"""JACK counts frames in 32 bits: at 48 kHz it starts over after a day."""

ServePort = Callable[[float, int], None]
"""Writes or reads a port in one process cycle: when the cycle starts (monotonic seconds), and its frames."""


class JackClient:
    """One client on one server; when that server ends, it and its ports are lost for good.

    Any thread may call it; `serve` functions are called from JACK's thread and must not raise.

    Attributes:
        name: as the server gave it, `segue`, or `segue-01` beside another segue.
        rate: frames a second.
        lost: why the client is gone; None while it lives.

    Raises:
        NoMidiSystemError: if no server runs.
    """

    def __init__(self) -> None:
        # libjack writes its troubles across the player's screen; what matters of them arrives as errors.
        jack.set_error_function(_say_nothing)
        jack.set_info_function(_say_nothing)
        try:
            self._jack = jack.Client(CLIENT_NAME, no_start_server=True)
        except jack.JackError as error:
            raise NoMidiSystemError("JACK server", "start JACK or PipeWire") from error
        self.name: str = self._jack.name
        self.rate: int = self._jack.samplerate
        self.lost: str | None = None
        # Replaced as a whole, never changed: the real-time thread may be walking through it.
        self._served: tuple[ServePort, ...] = ()
        self._frame = 0
        self._start = 0.0
        self._jack.set_shutdown_callback(self._shut_down)
        self._jack.set_process_callback(self._process)
        self._jack.activate()

    @property
    def period_seconds(self) -> float:
        """How long a process cycle lasts; the user may change it while JACK runs."""
        return float(self._jack.blocksize / self.rate)

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

    def register_output(self) -> jack.OwnMidiPort:
        """Register the MIDI port `out`, or `out-2` and so on if there is one already."""
        return _register(self._jack.midi_outports, "out")

    def register_input(self) -> jack.OwnMidiPort:
        """Register the MIDI port `in`, or `in-2` and so on if there is one already."""
        return _register(self._jack.midi_inports, "in")

    def serve(self, serve_port: ServePort) -> None:
        """Call this in every process cycle from now on."""
        self._served = (*self._served, serve_port)

    def unregister(self, port: jack.OwnMidiPort, serve_port: ServePort) -> None:
        """Stop serving a port and take it from the server; nothing if the server took it already."""
        self._served = tuple(served for served in self._served if served != serve_port)
        if self.lost is None:
            port.unregister()

    def close(self) -> None:
        """Leave the server, with all ports."""
        self.lost = self.lost or "the JACK client was closed"
        self._jack.close()

    def _others(self, ports: list[jack.Port]) -> list[str]:
        return [port.name for port in ports if not port.name.startswith(f"{self.name}:")]

    def _shut_down(self, status: jack.Status, reason: str) -> None:
        self.lost = "the JACK server ended"

    def _process(self, frames: int) -> None:
        try:
            start = self._align()
            for serve_port in self._served:
                serve_port(start, frames)
        except BaseException:
            # JACK never calls a failed callback again: whoever waits for this client must hear of it.
            self.lost = "segue's JACK callback failed"
            raise

    def _align(self) -> float:
        """Return when this cycle starts, in monotonic seconds: as long after the last as its frames say."""
        now = monotonic()
        frame_now = self._jack.frame_time
        frame = self._jack.last_frame_time
        measured = now - _frames_between(frame, frame_now) / self.rate
        predicted = self._start + _frames_between(self._frame, frame) / self.rate
        self._frame = frame
        self._start = predicted if abs(predicted - measured) < CLOCK_TOLERANCE else measured
        return self._start


def _register(ports: jack.Ports, name: str) -> jack.OwnMidiPort:
    taken = {port.shortname for port in ports}
    numbered = (f"{name}-{number}" for number in count(2))
    return ports.register(name if name not in taken else next(n for n in numbered if n not in taken))


def _frames_between(earlier: int, later: int) -> int:
    """Return the frames from one count to another, negative if the second is really the earlier one."""
    return (later - earlier + FRAME_COUNTER // 2) % FRAME_COUNTER - FRAME_COUNTER // 2


def _say_nothing(message: str) -> None:
    pass
