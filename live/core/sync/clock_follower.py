"""Follows a clock master: the position, the tempo, and what the master does.

MIDI 1.0 Detailed Specification, "System Real Time Messages" and "Song Position Pointer": there are 24 clock
ticks in a quarter note. The first one after Start is the beginning of the song. The first one after Continue
is the position of the Stop, or the one that a Song Position Pointer has set, in sixteenths.
"""

import math
from dataclasses import dataclass
from enum import Enum, auto

from mido import Message

from live.core.beat.transport import Transport
from live.core.sync.clock_count import ClockCount
from live.core.sync.midi_clock import CLOCK_TICK, CLOCKS_A_SIXTEENTH, interval_of

VANISHED_AFTER = 0.5
"""Seconds without a clock after which the master counts as gone: four clock ticks at 20 bpm, and far longer
than the pauses of a busy computer."""


class ClockState(Enum):
    """The state of the master."""

    WAITING = auto()
    """No clock comes in."""
    STOPPED = auto()
    """Clock comes in, but the master has not started."""
    ROLLING = auto()
    HOLDING = auto()
    """The clock has ceased while the master was rolling: the music continues in its tempo."""


@dataclass(frozen=True, slots=True)
class Started:
    """The master rolls; its next clock is this tick, 0 or more."""

    tick: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The master has stopped; a Continue would resume at this tick, 0 or more."""

    tick: int


@dataclass(frozen=True, slots=True)
class Jumped:
    """The master has jumped to another position: its next clock is this tick, 0 or more."""

    tick: int


@dataclass(frozen=True, slots=True)
class Vanished:
    """The clock has ceased without a Stop; its tempo is held."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The clock is back; its first tick is taken as the one nearest to where the music is."""


Change = Started | Stopped | Jumped | Vanished | Returned


class ClockFollower:
    """Follows a clock master. Owned by one thread; the times of its calls must not go back.

    Started and Stopped alternate. Clock that continues after Stop still sets the tempo. A Song Position
    Pointer while the master rolls is a jump, unless it names the sixteenth that is playing.

    Args:
        bpm: quarter notes a minute, until a tempo has been measured.

    Attributes:
        state: the state of the master.
    """

    def __init__(self, bpm: float) -> None:
        self.state = ClockState.WAITING
        self._line = ClockCount(interval_of(bpm))
        self._heard_at = -math.inf
        # Position in clock ticks of the next clock, while the master stands or after a start or a jump.
        self._song_position = 0
        # Whether Start came, but the clock to start with has not.
        self._start_awaited = False
        # Whether the first clock after a start or a jump is still to come.
        self._landing = False
        # Which of the clocks counted by `_line` is the beginning of the song.
        self._beginning = 0

    @property
    def bpm(self) -> float:
        """The master's tempo now, in quarter notes a minute."""
        return interval_of(self._line.interval)

    @property
    def deadline(self) -> float:
        """When to pump if no message comes in before, in seconds; infinity if there is no need to."""
        if self.state in (ClockState.STOPPED, ClockState.ROLLING):
            return self._heard_at + VANISHED_AFTER
        return math.inf

    @property
    def transport(self) -> Transport | None:
        """The master's ticks in seconds, extrapolated from its newest clock; None while it stands.

        It changes with each clock. Between Started(tick) and the first clock, that tick is still to come.
        """
        if self.state not in (ClockState.ROLLING, ClockState.HOLDING):
            return None
        newest = self._line.count
        tick = CLOCK_TICK * (newest - self._beginning)
        return Transport.through(tick, self._line.moment(newest), self.bpm)

    def hold(self, transport: Transport, now: float) -> None:
        """Take it that a master rolls in this tempo, at this place, and that its clock is missing.

        When the clock comes, it is taken up on the nearest clock tick.

        Args:
            transport: the beat clock.
            now: seconds.
        """
        tick = transport.tick_at(now)
        clock, self._beginning, self._landing = tick // CLOCK_TICK, 0, False
        self._line.assume(
            transport.seconds_at(clock * CLOCK_TICK), clock, interval_of(transport.bpm_at(tick))
        )
        self.state = ClockState.HOLDING

    def pump(self, now: float) -> list[Change]:
        """Return the change if the clock has been missing for too long: that the master has vanished."""
        if now < self.deadline:
            return []
        if self.state is ClockState.STOPPED:
            self.state = ClockState.WAITING
            return []
        self.state = ClockState.HOLDING
        return [Vanished()]

    def hear(self, message: Message, at: float) -> list[Change]:
        """Take in a message from the master.

        Args:
            message: clock, start, continue, stop or songpos; any other is ignored.
            at: when it came in, in seconds.
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
                # A master may start between two clock ticks of its earlier clock.
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
        """Resume following the clock, on the nearest clock tick."""
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
        """Start at this position: at once if the next clock is predictable, else when it comes."""
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
        """Take in a Song Position Pointer."""
        position = CLOCKS_A_SIXTEENTH * sixteenth
        match self.state:
            case ClockState.ROLLING:
                playing = self._line.nearest(at) - self._beginning
                # A master may send it anywhere within its sixteenth.
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
        """Jump to this position with the next clock; while the clock is gone, only once it is back."""
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
