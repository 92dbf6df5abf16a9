"""The inputs of a performance: opens them, watches them, and reconnects them by name."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from mido import Message

from live.midi.ports import CHECK_SECONDS, InputPort, MidiSystem, PortError, PortLostError

LOOK_SECONDS = 0.25
"""How often to check whether the open ports are still there. Without JACK, a device that left and came back
between two checks has a port that is listed but silent, so its absence must be noticed."""


class Inputs:
    """Open input ports. A context manager, owned by one thread.

    Args:
        system: the MIDI system with the ports.
        wanted: names as the user gave them; None for segue's own port.
        heard: called with the time (monotonic seconds), the number of the input and the message; it runs on
            the backend's thread, so it must only enqueue.
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
        # Ports that were closed, but not reported yet.
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
        """The names of the inputs as other programs list them; lost ones are marked."""
        return tuple(
            port.name if port is not None else f"{wanted or 'its own port'} (lost)"
            for port, wanted in zip(self._ports, self._wanted, strict=True)
        )

    @property
    def lost(self) -> str | None:
        """The notice about an input that is lost; None while all are there."""
        gone = [name for port, name in zip(self._ports, self._last_names, strict=True) if port is None]
        return f"{gone[0]} is lost: segue reconnects to it as soon as it is back" if gone else None

    @property
    def last_names(self) -> tuple[str, ...]:
        """The names of the inputs as other programs list them, or as they did before they were lost."""
        return tuple(self._last_names)

    def connections(self) -> tuple[tuple[str, ...], ...]:
        """Return what is connected to each input."""
        return tuple(port.connections() if port is not None else () for port in self._ports)

    def connect(self, names: Sequence[Sequence[str]]) -> None:
        """Connect each input to these ports."""
        for port, its_own in zip(self._ports, names, strict=True):
            if port is not None:
                port.connect(its_own)

    def pump(self, now: float) -> list[int]:
        """Check the ports; return the numbers of those that were lost, whose keys must be released.

        A lost port is closed in one call and reported in the next. In between, the caller takes in its last
        messages, so that no key press comes after the release. The next call also tries to reopen the port,
        and later calls try again once a second.
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
                with suppress(PortError):  # not back yet; the screen shows that it is lost
                    self._open(number)

    def _open(self, number: int) -> None:
        port = self._system.open_input(
            lambda at, message: self._heard(at, number, message), self._wanted[number]
        )
        self._ports[number], self._last_names[number] = port, port.name

    @staticmethod
    def _is_lost(port: InputPort) -> bool:
        """Return whether a port is gone, and close it if it is."""
        try:
            port.check()
        except PortLostError:
            port.close()
            return True
        return False
