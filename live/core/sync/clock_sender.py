"""MIDI clock for those who follow: each clock tick at its moment, and where it begins and ends.

MIDI 1.0 Detailed Specification, "System Real Time Messages" and "Song Position Pointer".
"""

import math

from mido import Message

from live.core.beat.transport import Transport
from live.core.output.schedule import Due
from live.core.sync.midi_clock import CLOCK_TICK, CLOCKS_A_SIXTEENTH

SIXTEENTH = CLOCK_TICK * CLOCKS_A_SIXTEENTH
"""Ticks in what the Song Position Pointer counts."""

LAST_SIXTEENTH = 16383
"""The last one that fourteen bits can name: the end of bar 1024 in 4/4."""

START_LEAD = 0.002
"""Seconds that Start or Continue leaves before the clock it belongs to, so that no follower hears them the
other way round: the six bytes at most that may stand before it on a cable take as long."""


class ClockSender:
    """Says when clock, Start, Continue, Song Position Pointer and Stop are due. Owned by one thread.

    What it returns is in order of time over all calls, also where a changed tempo map would put a clock
    before one that was said already. Each clock tick is said once.
    """

    def __init__(self) -> None:
        # The next clock tick, counted from tick 0; None while the master stands.
        self._next: int | None = None
        self._newest = -math.inf

    def deadline(self, transport: Transport) -> float:
        """Return when the next clock tick is due, in seconds; infinity while the master stands."""
        return math.inf if self._next is None else transport.seconds_at(CLOCK_TICK * self._next)

    def begin(self, transport: Transport, tick: int) -> list[Due]:
        """Return the messages that let followers begin with this tick.

        Beyond the last sixteenth that a Song Position Pointer can name there is a Continue alone: followers
        stopped there, too.

        Args:
            transport: when the ticks are due.
            tick: a sixteenth, in ticks.

        Raises:
            ValueError: the tick is no sixteenth.
        """
        sixteenth, rest = divmod(tick, SIXTEENTH)
        if rest or sixteenth < 0:
            raise ValueError(f"a master begins on a sixteenth, a multiple of {SIXTEENTH} ticks; got {tick}")
        self._next = tick // CLOCK_TICK
        at = transport.seconds_at(tick) - START_LEAD
        if tick == 0:
            return [self._due(at, Message("start"))]
        if sixteenth > LAST_SIXTEENTH:
            return [self._due(at, Message("continue"))]
        return [self._due(at, Message("songpos", pos=sixteenth)), self._due(at, Message("continue"))]

    def pump(self, transport: Transport, until: float) -> list[Due]:
        """Return the clock ticks due before `until` seconds that were not returned yet.

        Args:
            transport: when the ticks are due; what has been returned stays as it was.
            until: seconds on the stage's clock.
        """
        due: list[Due] = []
        while self._next is not None and (at := transport.seconds_at(CLOCK_TICK * self._next)) < until:
            due.append(self._due(at, Message("clock")))
            self._next += 1
        return due

    def end(self, at: float) -> list[Due]:
        """Return Stop, if the master runs; from then on there are no clock ticks."""
        if self._next is None:
            return []
        self._next = None
        return [self._due(at, Message("stop"))]

    def _due(self, at: float, message: Message) -> Due:
        self._newest = max(self._newest, at)
        return Due(self._newest, message)
