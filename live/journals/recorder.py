"""The recorder: writes down what happens on a stage, as the records of a journal."""

from collections.abc import Callable
from dataclasses import dataclass

from mido import Message

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.performer.status import BeatClock, Status
from live.core.planning.planner import Switch
from live.core.planning.states import LongestCopy
from live.core.planning.style import Style
from live.output.sender import Sent as Reported
from presets.music.event import PPQ
from presets.sets.records import (
    Beat,
    Begun,
    Closed,
    Copied,
    Halted,
    Heard,
    Opened,
    PartPlays,
    Plays,
    Record,
    Sent,
    Use,
)

Keep = Callable[[Record], None]
"""Takes a record; it never waits for a disk."""


@dataclass(slots=True)
class _Take:
    """A run of the beat clock.

    Attributes:
        number: from 1.
        first_tick: where it began.
        transport: the beat clock, as it is known by now.
        beat: tick of the next beat that will come.
        end: seconds; infinity while it runs.
    """

    number: int
    first_tick: int
    transport: Transport
    beat: int
    end: float = float("inf")


class Recorder:
    """Says what was sent and heard, and where that was in the music. Owned by the stage's thread.

    Args:
        keep: gets every record.
        origin: seconds on the stage's clock that records count from.
        latency_seconds: how much earlier than its tick a note leaves.
        title_of: returns what a set calls a style; None if that is its name.
    """

    def __init__(
        self,
        keep: Keep,
        origin: float,
        latency_seconds: float = 0.0,
        title_of: Callable[[Style], str | None] = lambda style: None,
    ) -> None:
        self._title_of = title_of
        self._keep = keep
        self._origin = origin
        self._latency_seconds = latency_seconds
        self._style: Style | None = None
        self._switch: Switch | None = None
        self._copy: LongestCopy | None = None
        # The one that runs or ran last, and the one before it: what was sent in that may be reported now.
        self._takes: list[_Take] = []

    def open(self, opened: Opened, status: Status) -> None:
        """Write down what is going to be performed, and how the performer begins; call it first."""
        self._keep(opened)
        self.follow(status)

    def follow(self, status: Status) -> None:
        """Take note of where the music is; call it at least once a beat, before `sent` of the same time."""
        now, clock = status.at, status.clock
        transport = clock.transport
        running = self._running
        if running is not None and (transport is None or clock.take != running.number):
            running.end = now
            tick = max(running.first_tick, running.transport.tick_at(now))
            self._keep(Halted(self._at(now), running.number, tick))
            running = None
        if transport is not None:
            if running is None:
                running = self._begin(clock, transport)
            running.transport = transport
            while (at := transport.seconds_at(running.beat)) <= now:
                self._keep(Beat(self._at(at), running.number, running.beat))
                running.beat += PPQ
        self._follow_preset(running, status)
        self._follow_copy(status)

    def sent(self, report: Reported) -> None:
        """Write down a message that left."""
        take, tick = self._place(report.at, self._latency_seconds)
        message = bytes(report.message.bin())
        self._keep(Sent(self._at(report.at), take, tick, message, report.output, report.hand))

    def heard(self, at: float, message: Message, source: int, use: Use) -> None:
        """Write down a message that came in, `at` seconds on the stage's clock."""
        take, tick = self._place(at, 0.0)
        self._keep(Heard(self._at(at), take, tick, bytes(message.bin()), source, use))

    def close(self, status: Status, dropped: int) -> None:
        """Write down that the performance is over, with the number of dropped notes; call it last."""
        self._keep(Closed(self._at(status.at), status.played, dropped, status.rested))

    @property
    def _running(self) -> _Take | None:
        return self._takes[-1] if self._takes and self._takes[-1].end == float("inf") else None

    def _begin(self, clock: BeatClock, transport: Transport) -> _Take:
        first = clock.first_tick
        take = _Take(clock.take, first, transport, first // PPQ * PPQ)
        self._takes = [*self._takes[-1:], take]
        self._keep(Begun(self._at(transport.seconds_at(first)), take.number, first))
        return take

    def _follow_preset(self, running: _Take | None, status: Status) -> None:
        style, now = status.style, status.at
        if style is not self._style:
            self._style, take, tick = style, None, None
            if running is not None:
                take, tick = running.number, max(running.first_tick, running.transport.tick_at(now))
                if self._switch is not None and self._switch.style is style:
                    tick = Timing(status.clock.swing).tick_on_transport(self._switch.line)
            outputs = style.outputs or (0,) * len(style.parts)
            parts = tuple(
                PartPlays(part.name, part.channel, output)
                for part, output in zip(style.parts, outputs, strict=True)
            )
            self._keep(Plays(self._at(now), take, tick, style.name, parts, self._title_of(style)))
        self._switch = status.switch

    def _follow_copy(self, status: Status) -> None:
        copy = status.copies.longest
        if copy is not None and copy is not self._copy and self._takes:
            self._copy, run = copy, copy.run
            take = self._takes[-1].number
            self._keep(Copied(self._at(status.at), take, copy.tick, run.length, run.piece, copy.preset))

    def _place(self, at: float, latency: float) -> tuple[int, int] | tuple[None, None]:
        """Return the take, and the tick in it, of a moment; nothing while none ran."""
        for take in reversed(self._takes):
            tick = take.transport.nearest_tick(at + latency)
            if tick >= take.first_tick:
                return (take.number, tick) if at <= take.end else (None, None)
        return None, None

    def _at(self, seconds: float) -> float:
        return round(seconds - self._origin, 6)
