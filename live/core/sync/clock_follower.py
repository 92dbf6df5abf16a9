"""Follows a master's MIDI clock: where the music is, how fast it goes, and what the master did.

MIDI 1.0 Detailed Specification, "System Real Time Messages" and "Song Position Pointer": 24 clock ticks a
quarter note; the first one after Start is the beginning, the first one after Continue the place where Stop
left off, or where the Song Position Pointer put it, in sixteenths.
"""

import math
from dataclasses import dataclass
from enum import Enum, auto

from mido import Message

from live.core.beat.transport import Transport
from live.core.sync.clock_count import ClockCount
from live.core.sync.midi_clock import CLOCK_TICK, CLOCKS_A_SIXTEENTH, interval_of

VANISHED_AFTER = 0.5
"""Seconds without a clock after which the master has gone: four clock ticks at 20 bpm, and far longer than a
busy machine stalls."""


class ClockState(Enum):
    """What is known of the master."""

    WAITING = auto()
    """No clock is heard."""
    STOPPED = auto()
    """The clock is there, and Start is not."""
    ROLLING = auto()
    HOLDING = auto()
    """The master has gone while it was rolling: its tempo is held, and the music goes on."""


@dataclass(frozen=True, slots=True)
class Started:
    """The master rolls; its next clock is this tick, 0 or more."""

    tick: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The master has stopped; a Continue would go on from this tick, 0 or more."""

    tick: int


@dataclass(frozen=True, slots=True)
class Jumped:
    """The master is somewhere else than it would have come to: its next clock is this tick, 0 or more."""

    tick: int


@dataclass(frozen=True, slots=True)
class Vanished:
    """The clock has ceased without a Stop; its tempo is held."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The clock is there again; the tick nearest to where the music had come to is its own now."""


Change = Started | Stopped | Jumped | Vanished | Returned


class ClockFollower:
    """Follows a master. Owned by one thread; the time of each call must not go back.

    Started and Stopped take turns. Clock that goes on after Stop is listened to for its tempo. A Song
    Position Pointer while the master rolls moves it, unless it names the sixteenth that is played anyway.

    Args:
        bpm: quarter notes a minute until a tempo has been measured.

    Attributes:
        state: what is known of the master.
    """

    def __init__(self, bpm: float) -> None:
        self.state = ClockState.WAITING
        self._line = ClockCount(interval_of(bpm))
        self._heard_at = -math.inf
        # In clock ticks: what the next one is while nothing rolls, or when it comes after a start or a jump.
        self._song_position = 0
        # Whether Start was heard, but no clock that it could begin with.
        self._start_awaited = False
        # Whether the clock of a start or a jump is still to come.
        self._landing = False
        # The clock line's number of the song's beginning.
        self._beginning = 0

    @property
    def bpm(self) -> float:
        """The master's tempo now, in quarter notes a minute."""
        return interval_of(self._line.interval)

    @property
    def deadline(self) -> float:
        """When to pump if nothing is heard before, in seconds; infinity if nothing is awaited."""
        if self.state in (ClockState.STOPPED, ClockState.ROLLING):
            return self._heard_at + VANISHED_AFTER
        return math.inf

    @property
    def transport(self) -> Transport | None:
        """Ticks to seconds as the master has them, straight on from its newest clock; None if it stands.

        It changes with each clock. Between Started(tick) and the first clock the tick is still to come.
        """
        if self.state not in (ClockState.ROLLING, ClockState.HOLDING):
            return None
        newest = self._line.count
        tick = CLOCK_TICK * (newest - self._beginning)
        return Transport.through(tick, self._line.moment(newest), self.bpm)

    def pump(self, now: float) -> list[Change]:
        """Return what silence tells by now: that the master has vanished."""
        if now < self.deadline:
            return []
        if self.state is ClockState.STOPPED:
            self.state = ClockState.WAITING
            return []
        self.state = ClockState.HOLDING
        return [Vanished()]

    def hear(self, message: Message, at: float) -> list[Change]:
        """Take a message of the master.

        Args:
            message: clock, start, continue, stop or songpos; any other is ignored.
            at: when it came, in seconds.
        """
        changes = self.pump(at)
        match message.type:
            case "clock":
                return changes + self._clock(at)
            case "start":
                return changes + self._start(0, at)
            case "continue" if self.state in (ClockState.WAITING, ClockState.STOPPED):
                return changes + self._start(self._song_position, at)
            case "stop":
                return changes + self._stop(at)
            case "songpos":
                return changes + self._locate(message.pos, at)
            case _:
                return changes

    def _clock(self, at: float) -> list[Change]:
        self._heard_at = at
        line = self._line
        match self.state:
            case ClockState.HOLDING:
                return self._return(at)
            case ClockState.WAITING:
                line.restart(at, line.count + 1)
                self.state = ClockState.STOPPED
            case _ if self._start_awaited or (self._landing and self._lands_elsewhere(at)):
                # A master may begin between two of the clocks that it sent before.
                line.restart(at, line.count + 1)
            case _:
                line.hear(at)
        self._landing = False
        if not self._start_awaited:
            return []
        self._start_awaited = False
        self._beginning = line.count - self._song_position
        self.state = ClockState.ROLLING
        return [Started(CLOCK_TICK * self._song_position)]

    def _lands_elsewhere(self, at: float) -> bool:
        return abs(at - self._line.moment(self._line.count + 1)) > self._line.surprise

    def _return(self, at: float) -> list[Change]:
        """Take up the clock again, on the nearest clock tick."""
        line = self._line
        line.restart(at, max(line.count + 1, line.nearest(at)))
        self.state = ClockState.ROLLING
        held = line.count - self._beginning
        if not self._landing or held == self._song_position:
            self._landing = False
            return [Returned()]
        self._landing = False
        self._beginning = line.count - self._song_position
        return [Returned(), Jumped(CLOCK_TICK * self._song_position)]

    def _start(self, position: int, at: float) -> list[Change]:
        """Roll from this clock tick on: at once where the next clock can be foreseen, or else with it."""
        if self.state in (ClockState.ROLLING, ClockState.HOLDING):
            return self._jump(position)
        line = self._line
        self._song_position = position
        line.settle()
        overdue = at - line.moment(line.count + 1) > line.interval
        if self.state is ClockState.WAITING or not line.measured or overdue:
            self._start_awaited = True
            return []
        self._begin(position)
        self.state = ClockState.ROLLING
        return [Started(CLOCK_TICK * position)]

    def _locate(self, sixteenth: int, at: float) -> list[Change]:
        """Take a Song Position Pointer."""
        position = CLOCKS_A_SIXTEENTH * sixteenth
        match self.state:
            case ClockState.ROLLING:
                playing = self._line.nearest(at) - self._beginning
                # It may be said anywhere in its sixteenth.
                if sixteenth in {(playing + off) // CLOCKS_A_SIXTEENTH for off in (-1, 0, 1)}:
                    return []
                return self._jump(position)
            case ClockState.HOLDING:
                return self._jump(position)
            case _ if position == self._song_position:
                return []
            case _:
                self._song_position = position
                return [Jumped(CLOCK_TICK * position)]

    def _jump(self, position: int) -> list[Change]:
        """Let the next clock be this one; while the clock is away, that is known only when it comes."""
        if self.state is ClockState.HOLDING:
            self._song_position = position
            self._landing = True
            return []
        self._line.settle()
        self._begin(position)
        return [Jumped(CLOCK_TICK * position)]

    def _begin(self, position: int) -> None:
        self._song_position = position
        self._beginning = self._line.count + 1 - position
        self._landing = True

    def _stop(self, at: float) -> list[Change]:
        self._start_awaited = False
        if self.state not in (ClockState.ROLLING, ClockState.HOLDING):
            return []
        line = self._line
        line.settle()
        if not self._landing:
            coming = line.count + 1
            if self.state is ClockState.HOLDING:
                coming = max(coming, line.nearest(at))
            self._song_position = coming - self._beginning
        self._landing = False
        held = self.state is ClockState.HOLDING
        self.state = ClockState.WAITING if held else ClockState.STOPPED
        return [Stopped(CLOCK_TICK * self._song_position)]
