"""The contract's other end on a real JACK server."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mido import Message

from live.midi.frame_clock import COUNTER, FrameClock
from live.midi.ports import InputPort, MidiSystem, OutputPort

if TYPE_CHECKING:
    from tests.jack.jack_peer import JackPeer


class JackRig:
    """Lets a `JackPeer` be the other program of `tests.live.midi.port_contract.Rig`."""

    melody = "segue:melody"

    def __init__(self, system: MidiSystem, new_peer: "Callable[[], JackPeer]") -> None:
        self.system = system
        self._new_peer = new_peer
        self._peer = new_peer()
        self.receiver = self._peer.ear
        self.sender = self._peer.keys

    def join(self, port: OutputPort | InputPort) -> None:
        if port.name in self._peer.ports(gives_midi=True):
            self._peer.listen_to(port.name)
        else:
            self._peer.play_into(port.name)

    def heard(self, count: int) -> list[Message]:
        return [Message.from_bytes(data) for _, data in self._peer.wait_for(count)]

    def heard_at(self, count: int) -> list[float]:
        clock = self.system.clock
        assert isinstance(clock, FrameClock)
        now = clock.frame_of(clock.now())
        frames = [frame for frame, _ in self._peer.wait_for(count)[:count]]
        return [
            clock.seconds_of(now + (frame - now + COUNTER // 2) % COUNTER - COUNTER // 2) for frame in frames
        ]

    def play(self, *data: bytes) -> None:
        # In a moment, for a connection is there from the next cycle on.
        self._peer.play(*data, frame=self._peer.frame(seconds_ahead=0.05))

    def leave(self) -> None:
        self._peer.close()

    def come_back(self) -> None:
        self._peer = self._new_peer()

    def close(self) -> None:
        self._peer.close()
        self.system.close()
