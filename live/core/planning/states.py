"""What a performance reports: its state, what was played, its longest copy and its length."""

from dataclasses import dataclass
from enum import Enum, auto

from live.core.generation.prediction import Understanding
from presets.bundles.bar_lines import BarLines
from presets.music.event import Event
from presets.music.originality import VerbatimPassage


class State(Enum):
    """What the performer is doing."""

    LISTENING = auto()
    """Waits for the phrase that the musician plays as a seed."""
    STOPPED = auto()
    WAITING = auto()
    """Ready; waits for the clock master to start."""
    PLAYING = auto()
    FINISHED = auto()
    """The requested length is over."""


class Source(Enum):
    """Who played an event."""

    SEGUE = auto()
    PLAYER = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that was played, as the screen and the journal show it.

    Attributes:
        source: who played it.
        event: what was played; in the window it may be joined with what the other played at the same time.
        understood: how the preset reads it.
        tick: onset since the start of the first bar; None while nothing runs.
    """

    source: Source
    event: Event
    understood: Understanding
    tick: int | None


@dataclass(frozen=True, slots=True)
class LongestCopy:
    """The longest verbatim passage of a performance.

    Attributes:
        run: its length, and the training piece that contains it.
        preset: name of the preset that played it.
        tick: tick of its newest event, since the start of the first bar.
    """

    run: VerbatimPassage
    preset: str
    tick: int


@dataclass(frozen=True, slots=True)
class Length:
    """How much to play: up to a tick, a number of bars or of events, or endlessly (None)."""

    ticks: int | None = None
    bars: int | None = None
    events: int | None = None

    def end(self, lines: BarLines) -> int | None:
        """Return the tick at which the music is over, with these bar lines; None if that is open."""
        return self.ticks if self.bars is None else lines.line(self.bars)
