"""segue as clock master: sends followers the beginning, the clock ticks and the end of the music."""

from collections.abc import Sequence
from dataclasses import dataclass

from live.core.beat.transport import Transport
from live.core.output.schedule import Due
from live.core.sync.clock_sender import SIXTEENTH, START_LEAD, ClockSender


@dataclass(frozen=True, slots=True)
class ClockMasterState:
    """What followers were told.

    Attributes:
        begins: the tick of the sixteenth on which they are going to begin; None if that is not to come.
        next_tick: the tick of the next clock; None if they were not started, or stopped since.
    """

    begins: int | None
    next_tick: int | None


class ClockMaster:
    """Schedules Start, every clock tick and Stop for the followers. Owned by one thread.

    A message is scheduled only when it is certain: a beginning that is cancelled in time is never sent.
    """

    def __init__(self) -> None:
        self._sender = ClockSender()
        # The tick of the sixteenth on which followers begin; None once that is scheduled.
        self._begins: int | None = None

    @property
    def state(self) -> ClockMasterState:
        """What followers were told so far."""
        return ClockMasterState(self._begins, self._sender.next_tick)

    def join(self, tick: int) -> None:
        """Go on with a clock that runs already, without a Start: with the clock at a tick, or the next."""
        self._begins = None
        self._sender.join(tick)

    def begin(self, tick: int) -> None:
        """Start followers on the first sixteenth at or after a tick, once that is near."""
        self._begins = -(-tick // SIXTEENTH) * SIXTEENTH

    def say(self, transport: Transport, until: float, end: float) -> Sequence[Due]:
        """Return the messages due before `until` seconds and not returned yet; the music ends at `end`."""
        said: list[Due] = []
        if self._begins is not None and transport.seconds_at(self._begins) - START_LEAD <= until:
            said += self._sender.begin(transport, self._begins)
            self._begins = None
        said += self._sender.pump(transport, min(until, end))
        return [*said, *self.stop(end)] if end <= until else said

    def stop(self, at: float) -> Sequence[Due]:
        """Return the Stop at `at` seconds, if the followers were started; cancel a start to come."""
        self._begins = None
        return self._sender.end(at)

    def deadline(self, transport: Transport) -> float:
        """Return when the next message is due, in seconds; infinity if there is none."""
        if self._begins is not None:
            return transport.seconds_at(self._begins) - START_LEAD
        return self._sender.deadline(transport)
