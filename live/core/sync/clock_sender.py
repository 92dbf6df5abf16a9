"""The messages of MIDI clock for followers: clock ticks, start positions and Stop.

MIDI 1.0 Detailed Specification, "System Real Time Messages" and "Song Position Pointer".
"""

import math

from mido import Message

from live.core.beat.transport import Transport
from live.core.output.schedule import Due
from live.core.sync.midi_clock import CLOCK_TICK, CLOCKS_A_SIXTEENTH

SIXTEENTH = CLOCK_TICK * CLOCKS_A_SIXTEENTH
"""Ticks in a sixteenth, the unit of the Song Position Pointer."""

LAST_SIXTEENTH = 16383
"""The last sixteenth that fourteen bits can hold: the end of bar 1024 in 4/4."""

START_LEAD = 0.002
"""Seconds by which Start or Continue precedes its clock, so that every follower gets them in this order. On a
cable at most six bytes can be in front of it, and they take this long."""


class ClockSender:
    """Computes when clock, Start, Continue, Song Position Pointer and Stop are due. Owned by one thread.

    Over all calls, the messages are in order of time, even if a changed tempo map would put a clock before
    one that was returned already. Each clock tick is returned once.
    """

    def __init__(self) -> None:
        # Number of the next clock tick, counted from tick 0; None while the master stands.
        self._next: int | None = None
        self._newest = -math.inf

    def deadline(self, transport: Transport) -> float:
        """Return when the next clock tick is due, in seconds; infinity while the master stands."""
        return math.inf if self._next is None else transport.seconds_at(CLOCK_TICK * self._next)

    def begin(self, transport: Transport, tick: int) -> list[Due]:
        """Return the messages that make followers begin at this tick.

        Beyond the last sixteenth that a Song Position Pointer can name, send only Continue: followers
        stopped at the same position.

        Args:
            transport: when the ticks are due.
            tick: the tick of a sixteenth.

        Raises:
            ValueError: if the tick is not on a sixteenth.
        """
        sixteenth, rest = divmod(tick, SIXTEENTH)
        if rest or sixteenth < 0:
            raise ValueError(f"a master must begin on a multiple of {SIXTEENTH} ticks, got {tick}")
        self._next = tick // CLOCK_TICK
        at = transport.seconds_at(tick) - START_LEAD
        if tick == 0:
            return [self._due(at, Message("start"))]
        if sixteenth > LAST_SIXTEENTH:
            return [self._due(at, Message("continue"))]
        return [self._due(at, Message("songpos", pos=sixteenth)), self._due(at, Message("continue"))]

    @property
    def next_tick(self) -> int | None:
        """The tick of the next clock; None while the master stands."""
        return None if self._next is None else CLOCK_TICK * self._next

    def join(self, tick: int) -> None:
        """Go on with a clock that runs already, without a Start: with the clock at a tick, or the next."""
        self._next = -(-tick // CLOCK_TICK)

    def pump(self, transport: Transport, until: float) -> list[Due]:
        """Return the clock ticks due before `until` seconds that were not returned yet.

        Args:
            transport: when the ticks are due; messages returned before keep their times.
            until: seconds on the stage's clock.
        """
        due: list[Due] = []
        while self._next is not None and (at := transport.seconds_at(CLOCK_TICK * self._next)) < until:
            due.append(self._due(at, Message("clock")))
            self._next += 1
        return due

    def end(self, at: float) -> list[Due]:
        """Return the Stop, if the master runs; no clock ticks follow it."""
        if self._next is None:
            return []
        self._next = None
        return [self._due(at, Message("stop"))]

    def _due(self, at: float, message: Message) -> Due:
        self._newest = max(self._newest, at)
        return Due(self._newest, message)
