"""The recorder: turns what happens on the stage into the records of a journal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mido import Message

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.performer.status import BeatClock, Status
from live.core.planning.planner import Switch
from live.core.planning.states import LongestCopy
from live.core.planning.style import Style
from live.ports.reports import MessageSent
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.music.form import Form
from presets.sets.records import (
    Beat,
    Begun,
    Closed,
    Copied,
    Halted,
    Heard,
    Interrupted,
    MeterChanged,
    Opened,
    PartPlays,
    Plays,
    Record,
    Section,
    Sent,
    Use,
)

Keep = Callable[[Record], None]
"""Receives a record; it must never wait for a disk."""


@dataclass(slots=True)
class _Take:
    """A take: one run of the beat clock.

    Attributes:
        number: its number, from 1.
        first_tick: the tick where it began.
        transport: the beat clock, as far as it is known.
        beat: tick of the next beat.
        end: when it ended, seconds; infinity while it runs.
        meter: the time signature that was recorded last; None for that of the set, counted from tick 0.
    """

    number: int
    first_tick: int
    transport: Transport
    beat: int
    end: float = float("inf")
    meter: Meter | None = None


@dataclass(frozen=True, slots=True)
class RunningTake:
    """A take that is being recorded.

    Attributes:
        number: its number, from 1.
        first_tick: the tick where it began.
        beat: the tick of the next beat to record.
        plays_from: the tick from which the preset plays.
    """

    number: int
    first_tick: int
    beat: int
    plays_from: int


@dataclass(frozen=True, slots=True)
class RecorderState:
    """All that a recorder in another process needs to go on with the set.

    Attributes:
        opened: the first record of the set.
        origin: time 0 of the records, in seconds on the stage's clock.
        preset: name of the preset that plays.
        take: the take that runs; None if none does.
    """

    opened: Opened
    origin: float
    preset: str
    take: RunningTake | None


class Recorder:
    """Records what was sent and received, and at which take and tick. Owned by the stage's thread.

    Args:
        keep: called with every record.
        origin: time 0 of the records, in seconds on the stage's clock.
        latency_seconds: how much earlier than its tick a note leaves.
        title_of: returns the title that a set gives a style; None if the style's name is used.
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
        self._opened: Opened | None = None
        self._style: Style | None = None
        # The latest switch to each style, by identity: before one arrives, another may be requested.
        self._switches: dict[int, Switch] = {}
        # The time signature of the set.
        self._meter = Meter()
        self._copy: LongestCopy | None = None
        # The tick of its take from which the preset plays; 0 if it did before.
        self._plays_from = 0
        # The take, the form and the number of the section that was recorded last.
        self._section: tuple[int, Form, int] | None = None
        # The newest take and the one before it, whose messages may still be reported now.
        self._takes: list[_Take] = []

    def open(self, opened: Opened, status: Status) -> None:
        """Record what is going to be performed, and how the performer begins; call this first."""
        self._begin_set(opened)
        self.follow(status)

    @property
    def state(self) -> RecorderState:
        """What another process needs to go on with the set; only after `open` or `go_on`."""
        assert self._opened is not None
        assert self._style is not None
        take = self._running
        return RecorderState(
            self._opened,
            self._origin,
            self._style.name,
            None if take is None else RunningTake(take.number, take.first_tick, take.beat, self._plays_from),
        )

    def go_on(
        self,
        state: RecorderState,
        status: Status,
        died_at: float,
        why: str,
        sent: Iterable[MessageSent] = (),
    ) -> None:
        """Go on with the set of a process that ended; call this first, instead of `open`.

        What that process may not have written any more is recorded again: which preset plays in which meter,
        and the beats since. To record something twice changes nothing.

        Args:
            state: of its recorder; this one has the same origin.
            status: the performer's, after it was recovered.
            died_at: when the process ended, seconds on the stage's clock.
            why: how it ended.
            sent: messages that left since, and before, if that process does not know of them.
        """
        self._begin_set(state.opened)
        before, clock = state.take, status.clock
        if before is not None and clock.transport is not None and clock.take == before.number:
            self._takes = [_Take(before.number, before.first_tick, clock.transport, before.beat)]
        for report in sent:
            self.sent(report)
        take, tick = self._place(died_at, 0.0)
        self._keep(Interrupted(self._at(died_at), take, tick, round(status.at - died_at, 6), why))
        self._copy = status.copies.longest
        if before is not None and self._takes and status.style.name == state.preset:
            self._style, self._plays_from = status.style, before.plays_from
            self._keep_preset(status, before.number, before.plays_from)
        self.follow(status)

    def _begin_set(self, opened: Opened) -> None:
        self._keep(opened)
        self._opened, self._meter = opened, opened.meter

    def follow(self, status: Status) -> None:
        """Record the progress of the music; call this at least once a beat, before each `sent`."""
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
        self._follow_meter(running, status)
        self._follow_preset(running, status)
        self._follow_form(running, status)
        self._follow_copy(status)

    def sent(self, report: MessageSent) -> None:
        """Record a message that was sent."""
        take, tick = self._place(report.at, self._latency_seconds)
        message = bytes(report.message.bin())
        self._keep(Sent(self._at(report.at), take, tick, message, report.output, report.hand))

    def heard(self, at: float, message: Message, source: int, use: Use) -> None:
        """Record a message that came in at `at` seconds on the stage's clock."""
        take, tick = self._place(at, 0.0)
        self._keep(Heard(self._at(at), take, tick, bytes(message.bin()), source, use))

    def close(self, status: Status, dropped: int) -> None:
        """Record the end, with the number of dropped notes; call this after the last `sent`."""
        self._keep(Closed(self._at(status.at), status.played, dropped, status.rested))

    @property
    def _running(self) -> _Take | None:
        return self._takes[-1] if self._takes and self._takes[-1].end == float("inf") else None

    def _begin(self, clock: BeatClock, transport: Transport) -> _Take:
        first = clock.first_tick
        take = _Take(clock.take, first, transport, first // PPQ * PPQ)
        self._takes = [*self._takes[-1:], take]
        self._switches.clear()
        self._plays_from = first
        self._keep(Begun(self._at(transport.seconds_at(first)), take.number, first))
        return take

    def _follow_meter(self, running: _Take | None, status: Status) -> None:
        if running is None:
            return
        bars, transport = status.clock.bars, running.transport
        since = bars.since(max(running.first_tick, transport.tick_at(status.at)))
        begins = bars.line_before(running.first_tick)
        tick = begins if bars.since(begins) == since else since.tick
        if running.meter is None and tick == begins:
            is_known = since.meter == self._meter and begins % self._meter.bar_ticks == 0
        else:
            is_known = since.meter == (running.meter or self._meter)
        if not is_known:
            running.meter = since.meter
            at = transport.seconds_at(max(tick, running.first_tick))
            self._keep(MeterChanged(self._at(at), running.number, tick, since.meter))

    def _follow_preset(self, running: _Take | None, status: Status) -> None:
        style, now = status.style, status.at
        if style is not self._style:
            self._style, take, tick = style, None, None
            if running is not None:
                take, switch = running.number, self._switches.pop(id(style), None)
                if switch is not None:
                    tick = Timing(status.clock.swing).tick_on_transport(switch.line)
                else:
                    left = running.transport.tick_at(now + self._latency_seconds)
                    tick = max(running.first_tick, left)
            self._plays_from = tick or 0
            self._keep_preset(status, take, tick)
        if status.switch is not None:
            self._switches[id(status.switch.style)] = status.switch

    def _keep_preset(self, status: Status, take: int | None, tick: int | None) -> None:
        """Record the preset that plays from a tick on."""
        style = status.style
        outputs = style.outputs or (0,) * len(style.parts)
        parts = tuple(
            PartPlays(part.name, part.channel, output)
            for part, output in zip(style.parts, outputs, strict=True)
        )
        self._keep(Plays(self._at(status.at), take, tick, style.name, parts, self._title_of(style)))

    def _follow_form(self, running: _Take | None, status: Status) -> None:
        """Record the section that has begun, unless it is the one that was recorded last."""
        form = status.form
        if running is None or form is None:
            return
        tick = running.transport.tick_at(status.at)
        number = form.at(tick)
        begins = max(form[number].begins, running.first_tick, self._plays_from)
        section = running.number, form, number
        if begins <= tick and section != self._section:
            self._section = section
            at = self._at(running.transport.seconds_at(begins))
            self._keep(Section(at, running.number, begins, form[number].label))

    def _follow_copy(self, status: Status) -> None:
        copy = status.copies.longest
        if copy is not None and copy is not self._copy and self._takes:
            self._copy, run = copy, copy.run
            take = self._takes[-1].number
            self._keep(Copied(self._at(status.at), take, copy.tick, run.length, run.piece, copy.preset))

    def _place(self, at: float, latency: float) -> tuple[int, int] | tuple[None, None]:
        """Return the take and the tick at a time in seconds; (None, None) if none ran then."""
        for take in reversed(self._takes):
            tick = take.transport.nearest_tick(at + latency)
            if tick >= take.first_tick:
                return (take.number, tick) if at <= take.end else (None, None)
        return None, None

    def _at(self, seconds: float) -> float:
        return round(seconds - self._origin, 6)
