"""Makes the performer follow a clock master: start, stop, jump and tempo."""

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
"""The messages of a clock master (MIDI 1.0, "System Common" and "System Real Time Messages")."""


class MasterSync:
    """Makes a performer follow the first clock master that sends. Owned by the performer's thread.

    Once that master has fallen silent, another one can take its place.

    Args:
        performer: a performer that follows a master.

    Attributes:
        notice: the notice to show about the master; None if all is well.
    """

    def __init__(self, performer: Performer) -> None:
        self.notice: str | None = None
        self._performer = performer
        self._follower = ClockFollower(performer.performance.bpm)
        self._master: int | None = None

    @property
    def deadline(self) -> float:
        """When to pump again, in seconds; infinity if only a message from the master makes it necessary."""
        return self._follower.deadline

    @property
    def bpm(self) -> float | None:
        """The master's tempo; None while no clock comes in."""
        return None if self._follower.state is ClockState.WAITING else self._follower.bpm

    def hear(self, source: int, message: Message, at: float, now: float) -> None:
        """Take in a clock message.

        Args:
            source: number of the input.
            message: one of the types in `CLOCK_MESSAGES`.
            at: when it came in, seconds; not earlier than the previous one.
            now: seconds.
        """
        if self._master is None or self._follower.state in (ClockState.WAITING, ClockState.HOLDING):
            self._master = source
        if source == self._master:
            self._obey(self._follower.hear(message, at), now)
            if message.type == "clock" and self._follower.transport is not None:
                self._performer.follow(self._follower.transport, now)

    def join(self, now: float) -> None:
        """Let a waiting performer come in on the next bar line, if the master is running."""
        transport = self._follower.transport
        if transport is not None and self._performer.state is State.WAITING:
            self._performer.begin_at(max(0, transport.tick_at(now)) + 1, transport, now)

    def recover(self, now: float) -> None:
        """Take it that the master rolls at the place of a performer that was recovered, if that one plays.

        The performer keeps its tempo until the master's clock comes in.
        """
        transport = self._performer.status(now).clock.transport
        if transport is not None and self._performer.state is State.PLAYING:
            self._follower.hold(transport, now)
            self.notice = self._gone

    def pump(self, now: float) -> None:
        """Detect that the master has gone: its clock has stopped coming in."""
        if now >= self._follower.deadline:
            self._obey(self._follower.pump(now), now)

    @property
    def _gone(self) -> str:
        tempo = round(self._follower.bpm, 1)
        return f"the MIDI clock is gone: segue keeps {tempo:g} bpm until it comes back"

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
                    self.notice = self._gone
                case Returned():
                    self.notice = None
        if not math.isfinite(self._follower.deadline) and self._follower.state is ClockState.WAITING:
            self._master = None
