"""The journal of a set: all that was sent and heard, and what it meant, as lines that are only ever added.

docs/journal.md says what the file looks like.
"""

from dataclasses import dataclass
from enum import StrEnum

from presets.bundles.settings import Meter

FORMAT = 1


class Use(StrEnum):
    """What a message that came in was to segue."""

    MUSIC = "music"
    """The player played it."""
    CONTROL = "control"
    """It turned a knob, or asked for something."""
    CLOCK = "clock"
    """Of the master that is followed, or that might be."""
    ECHO = "echo"
    """Segue's own, that came back by a loop."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The first line: what is going to be performed.

    Attributes:
        began: the time of day of `at` 0.0, ISO 8601 with its distance from UTC.
        name: of the set; None without one.
        meter: time signature of the set.
        bpm: quarter notes a minute, until a beat says otherwise.
        outputs: names of the ports that are played into, by their numbers.
        inputs: names of the ports that are listened to, by their numbers.
    """

    began: str
    name: str | None
    meter: Meter
    bpm: float
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartPlays:
    """Where a part of a preset sounds.

    Attributes:
        name: of the part.
        channel: 0..15.
        output: number of the output.
    """

    name: str
    channel: int
    output: int = 0


@dataclass(frozen=True, slots=True)
class Plays:
    """A preset plays from here on.

    Attributes:
        at: seconds since the journal was begun, as everywhere here.
        take: number of the take that it belongs to, as everywhere here; None while nothing runs.
        tick: its first in this take; None while nothing runs.
        preset: its name.
        parts: its parts, in its order.
        title: what the set calls it; None if that is its name.
    """

    at: float
    take: int | None
    tick: int | None
    preset: str
    parts: tuple[PartPlays, ...]
    title: str | None = None

    @property
    def called(self) -> str:
        """What a player calls it: its title, or its name."""
        return self.preset if self.title is None else self.title


@dataclass(frozen=True, slots=True)
class Begun:
    """The beat clock begins: a take.

    Attributes:
        at: seconds.
        take: its number, from 1.
        tick: where it begins: 0, below it for a count-in, or where it goes on.
    """

    at: float
    take: int
    tick: int


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat came.

    Attributes:
        at: when, seconds.
        take: its number.
        tick: a multiple of PPQ.
    """

    at: float
    take: int
    tick: int


@dataclass(frozen=True, slots=True)
class Halted:
    """The beat clock stands still.

    Attributes:
        at: seconds.
        take: its number.
        tick: where.
    """

    at: float
    take: int
    tick: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A message left.

    Attributes:
        at: the moment it belongs to, seconds.
        take: the take that it belongs to; None while nothing runs.
        tick: that moment on its beat clock, latency taken off; None while nothing runs.
        message: MIDI 1.0 bytes.
        output: number of the output.
        hand: whether a hand played it, and it was led through; a note-off, which ends whatever sounds, never
            says so.
    """

    at: float
    take: int | None
    tick: int | None
    message: bytes
    output: int = 0
    hand: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """A message came in.

    Attributes:
        at: when, seconds.
        take: the take that was running; None if none was.
        tick: that moment on its beat clock; None while nothing runs.
        message: MIDI 1.0 bytes; a note-on of velocity 0 is a note-off.
        input: number of the input.
        use: what it was to segue.
    """

    at: float
    take: int | None
    tick: int | None
    message: bytes
    input: int = 0
    use: Use = Use.MUSIC


@dataclass(frozen=True, slots=True)
class Copied:
    """The longest verbatim passage of the training set so far has become longer.

    Attributes:
        at: seconds.
        take: its number.
        tick: of its newest event.
        events: in a row, 2 or more.
        piece: name of the piece that has it.
        preset: which preset learnt from that.
    """

    at: float
    take: int
    tick: int
    events: int
    piece: str
    preset: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The last line of a set that was not broken off.

    Attributes:
        at: seconds.
        events: that segue played.
        dropped: notes left out because they were too late.
        rested: how often it rested because the network failed or was too slow.
    """

    at: float
    events: int
    dropped: int
    rested: int


Record = Opened | Plays | Begun | Beat | Halted | Sent | Heard | Copied | Closed
