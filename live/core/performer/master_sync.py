"""Between the master's clock and the performer: what the master does, the music does."""

import math

from mido import Message

from live.core.performer.performer import Performer
from live.core.planning.states import State
from live.core.sync.clock_follower import (
    ClockFollower,
    ClockState,
    Jumped,
    Returned,
    Started,
    Stopped,
    Vanished,
)

CLOCK_MESSAGES = frozenset({"clock", "start", "continue", "stop", "songpos"})
"""What a master says (MIDI 1.0, "System Common" and "System Real Time Messages")."""


class MasterSync:
    """Lets a performer follow the master that is heard first. Owned by the performer's thread.

    Another master is followed once the first has fallen silent.

    Args:
        performer: one that follows.

    Attributes:
        notice: what the player must know of the master; None if all is well.
    """

    def __init__(self, performer: Performer) -> None:
        self.notice: str | None = None
        self._performer = performer
        self._follower = ClockFollower(performer.performance.bpm)
        self._master: int | None = None

    @property
    def deadline(self) -> float:
        """When to pump again, seconds; infinity if only the master can wake."""
        return self._follower.deadline

    @property
    def bpm(self) -> float | None:
        """The master's tempo; None while no clock is heard."""
        return None if self._follower.state is ClockState.WAITING else self._follower.bpm

    def hear(self, source: int, message: Message, at: float, now: float) -> None:
        """Take a clock message.

        Args:
            source: number of the input.
            message: one of `CLOCK_MESSAGES`.
            at: when it came, seconds; not before the one before it.
            now: seconds.
        """
        if self._master is None or self._follower.state in (ClockState.WAITING, ClockState.HOLDING):
            self._master = source
        if source == self._master:
            self._obey(self._follower.hear(message, at), now)
            if message.type == "clock" and self._follower.transport is not None:
                self._performer.follow(self._follower.transport, now)

    def join(self, now: float) -> None:
        """Let a performer that waits come in on the next bar line, if the master rolls."""
        transport = self._follower.transport
        if transport is not None and self._performer.state is State.WAITING:
            self._performer.begin_at(max(0, transport.tick_at(now)) + 1, transport, now)

    def pump(self, now: float) -> None:
        """Notice by its silence that the master has gone."""
        if now >= self._follower.deadline:
            self._obey(self._follower.pump(now), now)

    def _obey(self, changes: "list[Started | Stopped | Jumped | Vanished | Returned]", now: float) -> None:
        for change in changes:
            match change:
                case Started(tick) | Jumped(tick):
                    if self._follower.transport is not None:
                        self._performer.begin_at(tick, self._follower.transport, now)
                case Stopped(tick):
                    self._performer.halt(tick, now)
                    self.notice = None
                case Vanished():
                    tempo = round(self._follower.bpm, 1)
                    self.notice = f"the clock has vanished: going on at {tempo:g} bpm until it comes back"
                case Returned():
                    self.notice = None
        if not math.isfinite(self._follower.deadline) and self._follower.state is ClockState.WAITING:
            self._master = None
