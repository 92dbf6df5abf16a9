"""Leading: what the music does, those who follow segue's clock are told, each thing at its moment."""

from collections.abc import Sequence

from live.core.beat.transport import Transport
from live.core.output.schedule import Due
from live.core.sync.clock_sender import SIXTEENTH, START_LEAD, ClockSender


class ClockMaster:
    """Tells followers where the music begins, every clock tick of it, and where it ends. One owner thread.

    Nothing is said before it is sure: a beginning that is called off in time was never announced.
    """

    def __init__(self) -> None:
        self._sender = ClockSender()
        # The sixteenth, in ticks, on which followers are to begin; None once they were told.
        self._begins: int | None = None

    def begin(self, tick: int) -> None:
        """Let followers begin on the first sixteenth from a tick on, once that has come near."""
        self._begins = -(-tick // SIXTEENTH) * SIXTEENTH

    def say(self, transport: Transport, until: float, end: float) -> Sequence[Due]:
        """Return what is due before `until` seconds and was not said yet; at `end` the music is over."""
        said: list[Due] = []
        if self._begins is not None and transport.seconds_at(self._begins) - START_LEAD <= until:
            said += self._sender.begin(transport, self._begins)
            self._begins = None
        said += self._sender.pump(transport, min(until, end))
        return [*said, *self.stop(end)] if end <= until else said

    def stop(self, at: float) -> Sequence[Due]:
        """Return the Stop of a music that ends now, if its beginning was said."""
        self._begins = None
        return self._sender.end(at)

    def deadline(self, transport: Transport) -> float:
        """Return when the next message is due, seconds; infinity if none is."""
        if self._begins is not None:
            return transport.seconds_at(self._begins) - START_LEAD
        return self._sender.deadline(transport)
