"""The playhead: where the music is, while it runs and after it was stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from live.core.beat.tempo import Tempo, TempoChange
from live.core.beat.transport import Transport
from live.core.planning.context import Context
from live.core.sync.clock_sender import SIXTEENTH


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the music was stopped.

    Attributes:
        context: what had been played.
        tick: the tick from which it would continue.
        bpm: the tempo there.
    """

    context: Context
    tick: int
    bpm: float


class Playhead:
    """The transport of the running music, or the position where it would continue. Owned by one thread.

    Args:
        bpm: quarter notes a minute, until another tempo is set.
        changes: tempo changes, in order; see `Tempo`.

    Attributes:
        tempo: what a transport is begun with.
        transport: when ticks come; None while nothing runs.
        tick: the newest tick that has passed.
        first_tick: the tick of the last start: 0, less with a count-in, or where the music was resumed.
        takes: how often the music has been started.
        stopped: where the music would continue; None if it was not stopped.
        is_over: whether the requested length is over.
    """

    def __init__(self, bpm: float, changes: Sequence[TempoChange] = ()) -> None:
        self.tempo = Tempo(bpm, changes)
        self.transport: Transport | None = None
        self.tick = 0
        self.first_tick = 0
        self.takes = 0
        self.stopped: Stop | None = None
        self.is_over = False

    @property
    def bpm(self) -> float:
        """The tempo now, in quarter notes a minute; while nothing runs, the tempo it would continue in."""
        if self.transport is not None:
            return self.transport.bpm_at(self.tick)
        return self.tempo.bpm if self.stopped is None else self.stopped.bpm

    def rewind(self) -> None:
        """Go back to before the first bar and before every tempo change."""
        self.tempo.reset()
        self.transport, self.stopped, self.is_over = None, None, False

    def start(self, tick: int, at: float) -> Transport:
        """Start at a tick, at `at` seconds, in the tempo that was set; return the transport."""
        return self._begin(self.tempo.transport(tick, at), tick)

    def go_on(self, tick: int, at: float) -> Transport:
        """Resume at the tick where the music was stopped, in the tempo it had there; return the transport."""
        bpm = self.stopped.bpm if self.stopped is not None else None
        return self._begin(self.tempo.transport(tick, at, bpm), tick)

    def join(self, transport: Transport, tick: int) -> None:
        """Start at a tick of a clock master's transport."""
        self._begin(transport, tick)

    def stop(self, context: Context, now: float, tick: int | None = None) -> None:
        """Remember where the music stops, if it has started and is not over.

        Args:
            context: what has been played.
            now: seconds.
            tick: the tick from which to continue; None for the next sixteenth.
        """
        if self.transport is None or self.is_over:
            return
        stopped = max(0, self.transport.tick_at(now))
        if stopped:
            on = -(-stopped // SIXTEENTH) * SIXTEENTH if tick is None else tick
            self.stopped = Stop(context, on, self.transport.bpm_at(stopped))

    def set_tempo(self, bpm: float) -> None:
        """Set the tempo that the music starts or continues in.

        Raises:
            SettingsError: if it is out of range.
        """
        self.tempo.set(bpm, runs=self.transport is not None or self.stopped is not None)
        self.stopped = self.stopped and replace(self.stopped, bpm=bpm)

    def _begin(self, transport: Transport, tick: int) -> Transport:
        self.transport, self.first_tick, self.stopped = transport, tick, None
        self.takes += 1
        return transport
