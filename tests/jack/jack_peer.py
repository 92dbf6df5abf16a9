"""Another program on the JACK server: a listener that sees the frame of each message, and a keyboard."""

import time
from collections import deque
from threading import Condition

import jack

TIMEOUT = 10.0


class JackPeer:
    """A JACK client with a port `ear` that hears and a port `keys` that plays. A context manager.

    Attributes:
        heard: (frame, bytes) of each message in the order of arrival.
        played: (frame, bytes) of each message that left.
    """

    def __init__(self, name: str = "peer") -> None:
        self.heard: list[tuple[int, bytes]] = []
        self.played: list[tuple[int, bytes]] = []
        self._cycles = 0
        self._changed = Condition()
        self._to_play: deque[tuple[int, bytes]] = deque()
        self._client = jack.Client(name, no_start_server=True)
        self._ear = self._client.midi_inports.register("ear")
        self._keys = self._client.midi_outports.register("keys")
        self._client.set_process_callback(self._process)
        self._client.activate()

    def __enter__(self) -> "JackPeer":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def ear(self) -> str:
        return self._ear.name

    @property
    def keys(self) -> str:
        return self._keys.name

    def frame(self, seconds_ahead: float = 0.0) -> int:
        """Return the frame that it is now, or so much later."""
        return self._client.frame_time + round(seconds_ahead * self._client.samplerate)

    def ports(self, *, gives_midi: bool = False) -> list[str]:
        """Return the names of all MIDI ports on the server, or of those that give MIDI."""
        return [port.name for port in self._client.get_ports(is_midi=True, is_output=gives_midi)]

    def wait_for_port(self, name: str) -> None:
        """Wait until some program has a port of this name."""
        deadline = time.monotonic() + TIMEOUT
        while name not in self.ports():
            assert time.monotonic() < deadline, f"{name} expected, these are there: {self.ports()}"
            time.sleep(0.001)

    def listen_to(self, port: str) -> None:
        """Connect a port that gives MIDI to the ear; returns when it hears."""
        self._client.connect(port, self.ear)
        self.wait_for_cycles(2)

    def play_into(self, port: str) -> None:
        """Connect the keys to a port that takes MIDI; returns when it is heard there."""
        self._client.connect(self.keys, port)
        self.wait_for_cycles(2)

    def play(self, *data: bytes, frame: int = 0, gap: int = 0) -> None:
        """Play messages, the first on this frame or at once if it has passed, the others a gap apart."""
        for index, message in enumerate(data):
            self._to_play.append((frame + index * gap, message))

    def wait_for(self, count: int, timeout: float = TIMEOUT) -> list[tuple[int, bytes]]:
        """Return what was heard, as soon as it is so many messages."""
        with self._changed:
            enough = self._changed.wait_for(lambda: len(self.heard) >= count, timeout)
            assert enough, f"{count} messages expected, {len(self.heard)} came: {self.heard[-20:]}"
            return list(self.heard)

    def close(self) -> None:
        self._client.close()

    def wait_for_cycles(self, count: int) -> None:
        """Return so many process cycles later: a connection is there from the next one on."""
        with self._changed:
            until = self._cycles + count
            assert self._changed.wait_for(lambda: self._cycles >= until, TIMEOUT), "JACK stands still"

    def _process(self, frames: int) -> None:
        start = self._client.last_frame_time
        heard = [(start + offset, bytes(data)) for offset, data in self._ear.incoming_midi_events()]
        with self._changed:
            self.heard += heard
            self._cycles += 1
            self._changed.notify_all()
        self._keys.clear_buffer()
        offset = 0
        while self._to_play and self._to_play[0][0] < start + frames:
            frame, data = self._to_play.popleft()
            offset = max(offset, frame - start)
            self._keys.write_midi_event(offset, data)
            self.played.append((start + offset, data))
