"""What there is to say of a performance: what it does, what was played in it, how long it is."""

from dataclasses import dataclass
from enum import Enum, auto

from live.core.generation.prediction import Understanding
from presets.music.event import Event
from presets.music.originality import VerbatimPassage


class State(Enum):
    """What the performer is doing."""

    LISTENING = auto()
    """Waits for the phrase that the player seeds with."""
    STOPPED = auto()
    WAITING = auto()
    """Ready, for the start of the master that it follows."""
    PLAYING = auto()
    FINISHED = auto()
    """The asked-for length is over."""


class Source(Enum):
    """Who played an event."""

    SEGUE = auto()
    PLAYER = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody played, for those who watch.

    Attributes:
        source: who played it.
        event: what it was; in the window it may be one event with what somebody else struck with it.
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
        run: its length, and the piece of the training set that has it.
        preset: name of the one that played it.
        tick: of its newest event, since the start of the first bar.
    """

    run: VerbatimPassage
    preset: str
    tick: int


@dataclass(frozen=True, slots=True)
class Length:
    """How much to play: up to a tick, a number of events, or endlessly (None)."""

    ticks: int | None = None
    events: int | None = None
