"""Ports without a machine behind them, held to the same contract as the real ones (`port_contract.py`)."""

from collections.abc import Sequence

from mido import Message

from live.midi.incoming import incoming_message
from live.midi.ports import Deliver, PortError, PortLostError, Serve, find_port, own_output
from live.system.clock import Clock, MonotonicClock


class _MemoryPort:
    """What outputs and inputs have in common."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.closed = False
        self.lost = False
        self._connections: tuple[str, ...] = ()

    def check(self) -> None:
        if self.lost:
            raise PortLostError(f"the port {self.name!r} is gone", self.name)

    def connections(self) -> tuple[str, ...]:
        return self._connections

    def connect(self, names: Sequence[str]) -> None:
        self._connections = tuple(names)

    def close(self) -> None:
        self.closed = True

    def lose(self) -> None:
        """Let the port be gone from now on, as by a pulled cable."""
        self.lost = True


class MemoryOutput(_MemoryPort):
    """An output port that remembers (moment, message) in the order in which they leave.

    It leaves each message at the moment that it is sent for.
    """

    def __init__(
        self,
        name: str = "memory:out",
        lead_seconds: float = 0.0,
    ) -> None:
        super().__init__(name)
        self.lead_seconds = lead_seconds
        self.sent: list[tuple[float, Message]] = []

    def send(self, message: Message, at: float) -> None:
        self.check()
        assert not self.closed, "a closed port takes no messages"
        self.sent.append((at, Message.from_bytes(message.bin())))


class ScriptedInput(_MemoryPort):
    """An input port; `play` is what happens at its other end."""

    def __init__(self, deliver: Deliver, name: str = "memory:in") -> None:
        super().__init__(name)
        self._deliver = deliver

    def play(self, *timed: tuple[float, Message | bytes]) -> None:
        """Let messages, or raw bytes, arrive at these moments."""
        for at, data in timed:
            message = incoming_message(data if isinstance(data, bytes) else data.bin())
            if message is not None and not self.closed and not self.lost:
                self._deliver(at, message)


class MemorySystem:
    """A MIDI system of memory ports: `synth` to play into, `keyboard` to listen to, and segue's own.

    `outputs` and `inputs` hold every port that was opened; `unplug` takes everything away until `plug_in`.
    """

    label = "memory"
    own_output_name = "memory:out"
    own_input_name = "memory:in"

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or MonotonicClock()
        self.outputs: list[MemoryOutput] = []
        self.inputs: list[ScriptedInput] = []
        self._is_there = True

    def output_names(self) -> list[str]:
        return ["synth"] if self._is_there else []

    def input_names(self) -> list[str]:
        return ["keyboard"] if self._is_there else []

    def open_output(self, port: str | None = None) -> MemoryOutput:
        own = own_output(port)
        name = self._find(None if own is not None else port, self.output_names(), f"memory:{own}")
        self.outputs.append(MemoryOutput(name))
        return self.outputs[-1]

    def serve_in_cycles(self, serve: Serve) -> bool:
        return False

    def open_input(self, deliver: Deliver, port: str | None = None) -> ScriptedInput:
        self.inputs.append(ScriptedInput(deliver, self._find(port, self.input_names(), self.own_input_name)))
        return self.inputs[-1]

    def close(self) -> None:
        pass

    def unplug(self) -> None:
        self._is_there = False
        for port in (*self.outputs, *self.inputs):
            port.lose()

    def plug_in(self) -> None:
        self._is_there = True

    def _find(self, wanted: str | None, names: list[str], own: str) -> str:
        if not self._is_there:
            raise PortError("the memory is unplugged")
        return own if wanted is None else find_port(wanted, names)
