"""The inputs of a performance: opened, watched, and taken up again by name when they come back."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from mido import Message

from live.midi.ports import CHECK_SECONDS, InputPort, MidiSystem, PortError, PortLostError

LOOK_SECONDS = 0.25
"""How often to ask the open ports whether they are still there. Where it is not JACK, a device that came back
between two looks has a port that is listed and silent: it must be seen while it is away."""


class Inputs:
    """Open input ports. A context manager, owned by the main thread.

    Args:
        system: where the ports are.
        wanted: names as the user gave them; None for segue's own port.
        heard: gets the moment (monotonic seconds), the number of the input, and the message; called from the
            backend's thread, so it must only enqueue.
        now: monotonic seconds.

    Raises:
        PortError: if one cannot be opened.
    """

    def __init__(
        self,
        system: MidiSystem,
        wanted: Sequence[str | None],
        heard: Callable[[float, int, Message], None],
        now: float,
    ) -> None:
        self._system = system
        self._wanted = tuple(wanted)
        self._heard = heard
        self._ports: list[InputPort | None] = [None] * len(self._wanted)
        self._last_names = [""] * len(self._wanted)
        # Closed, and not told of yet.
        self._lost: list[int] = []
        self.deadline = now + LOOK_SECONDS
        self._open_at = now
        try:
            for number in range(len(self._wanted)):
                self._open(number)
        except PortError:
            self.close()
            raise

    def __enter__(self) -> "Inputs":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def names(self) -> tuple[str, ...]:
        """What is open, as other programs list it; a lost one says so."""
        return tuple(
            port.name if port is not None else f"{wanted or 'its own port'} (lost)"
            for port, wanted in zip(self._ports, self._wanted, strict=True)
        )

    @property
    def lost(self) -> str | None:
        """What to say of an input that is lost; None while all are there."""
        gone = [name for port, name in zip(self._ports, self._last_names, strict=True) if port is None]
        return f"{gone[0]} is lost: it is taken up again as soon as it is back" if gone else None

    def input_name(self, number: int) -> str:
        """Return what an input is called, as other programs list it, or was before it was lost."""
        return self._last_names[number]

    def pump(self, now: float) -> list[int]:
        """Look after the ports; return the numbers of those lost: let go of their keys.

        A lost one is closed first and told of in the next call: what it brought last is taken in between, and
        no key goes down any more after its release. By then it is open again, if it is back already; else it
        is tried once a second.
        """
        if now < self.deadline:
            return []
        lost, self._lost = self._lost, []
        if not lost:
            self._lost = [number for number, port in enumerate(self._ports) if port and self._is_lost(port)]
            for number in self._lost:
                self._ports[number] = None
            if self._lost:
                self.deadline = self._open_at = now
                return []
        self.deadline = now + LOOK_SECONDS
        if now >= self._open_at:
            self._open_at = now + CHECK_SECONDS
            self._open_lost()
        return lost

    def close(self) -> None:
        """Close every port."""
        for port in self._ports:
            if port is not None:
                port.close()
        self._ports = [None] * len(self._wanted)

    def _open_lost(self) -> None:
        for number, port in enumerate(self._ports):
            if port is None:
                with suppress(PortError):  # not back yet; the screen says that it is lost
                    self._open(number)

    def _open(self, number: int) -> None:
        port = self._system.open_input(
            lambda at, message: self._heard(at, number, message), self._wanted[number]
        )
        self._ports[number], self._last_names[number] = port, port.name

    @staticmethod
    def _is_lost(port: InputPort) -> bool:
        """Close a port if it is gone; return whether it was."""
        try:
            port.check()
        except PortLostError:
            port.close()
            return True
        return False
