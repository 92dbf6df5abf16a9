"""The inputs of a performance: opened, watched, and taken up again when they come back."""

from collections.abc import Callable, Sequence

from mido import Message

from live.ports import CHECK_SECONDS, InputPort, MidiSystem, PortError, PortLostError


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
        self.deadline = now + CHECK_SECONDS
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

    def pump(self, now: float) -> list[int]:
        """Look after the ports once a second; return the numbers of those lost: let go of their keys."""
        if now < self.deadline:
            return []
        self.deadline = now + CHECK_SECONDS
        lost: list[int] = []
        for number, port in enumerate(self._ports):
            try:
                if port is None:
                    self._open(number)
                else:
                    port.check()
            except PortLostError:
                lost.append(number)
                self._ports[number] = None
                if port is not None:
                    port.close()
            except PortError:
                pass  # not back yet; the screen says that it is lost
        return lost

    def close(self) -> None:
        """Close every port."""
        for port in self._ports:
            if port is not None:
                port.close()
        self._ports = [None] * len(self._wanted)

    def _open(self, number: int) -> None:
        self._ports[number] = self._system.open_input(
            lambda at, message: self._heard(at, number, message), self._wanted[number]
        )
