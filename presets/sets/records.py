"""The records of a set's journal: everything that was sent and received, and what it meant.

Each record becomes a line, and lines are only ever appended. docs/journal.md describes the file.
"""

from dataclasses import dataclass
from enum import StrEnum

from presets.bundles.settings import Meter

FORMAT = 1


class Use(StrEnum):
    """What segue used an incoming message for."""

    MUSIC = "music"
    """The musician played it."""
    CONTROL = "control"
    """It changed a control, or gave a command."""
    CLOCK = "clock"
    """It came from the clock master, or from a possible one."""
    ECHO = "echo"
    """segue sent it, and it came back through a loop."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The first line: what is going to be performed.

    Attributes:
        began: date and time of `at` 0.0, ISO 8601 with the offset from UTC.
        name: name of the set; None without one.
        meter: time signature in which each take begins, unless a record says otherwise.
        bpm: quarter notes a minute, until the first beats show another tempo.
        outputs: names of the output ports, in the order of their numbers.
        inputs: names of the input ports, in the order of their numbers.
    """

    began: str
    name: str | None
    meter: Meter
    bpm: float
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartPlays:
    """Where a part of a preset plays.

    Attributes:
        name: name of the part.
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
        at: seconds since the journal began, as in all records.
        take: number of the take that it belongs to, as in all records; None while nothing runs.
        tick: the preset's first tick in this take; None while nothing runs.
        preset: name of the preset.
        parts: its parts, in order.
        title: the title that the set gives it; None if the name is used.
    """

    at: float
    take: int | None
    tick: int | None
    preset: str
    parts: tuple[PartPlays, ...]
    title: str | None = None

    @property
    def called(self) -> str:
        """The title, or the name if there is none."""
        return self.preset if self.title is None else self.title


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the form begins.

    Attributes:
        at: seconds.
        take: number of the take.
        tick: the tick of its bar line.
        label: its name, such as A or B'.
    """

    at: float
    take: int
    tick: int
    label: str


@dataclass(frozen=True, slots=True)
class MeterChanged:
    """The bars of a take have another time signature than that of the set, or than before.

    Attributes:
        at: seconds.
        take: number of the take.
        tick: the tick of the bar line from which it holds; not after the first tick of the take, if the take
            begins in it.
        meter: the time signature.
    """

    at: float
    take: int
    tick: int
    meter: Meter


@dataclass(frozen=True, slots=True)
class Begun:
    """The beat clock starts: a take begins.

    Attributes:
        at: seconds.
        take: number of the take, from 1.
        tick: its first tick: 0, less with a count-in, or where the music is resumed.
    """

    at: float
    take: int
    tick: int


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat.

    Attributes:
        at: its time, seconds.
        take: number of the take.
        tick: its tick, a multiple of PPQ.
    """

    at: float
    take: int
    tick: int


@dataclass(frozen=True, slots=True)
class Halted:
    """The beat clock stops.

    Attributes:
        at: seconds.
        take: number of the take.
        tick: the tick where it stops.
    """

    at: float
    take: int
    tick: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A message was sent.

    Attributes:
        at: when it was due, seconds.
        take: the take that it belongs to; None while nothing runs.
        tick: the tick at that time, corrected for the latency; None while nothing runs.
        message: MIDI 1.0 bytes.
        output: number of the output.
        hand: whether the musician played it and `--thru` sent it on; always False for a note-off, which ends
            whatever sounds.
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
        at: when it came in, seconds.
        take: the take that was running; None if none was.
        tick: the tick at that time; None while nothing runs.
        message: MIDI 1.0 bytes; a note-on of velocity 0 is a note-off.
        input: number of the input.
        use: what segue used it for.
    """

    at: float
    take: int | None
    tick: int | None
    message: bytes
    input: int = 0
    use: Use = Use.MUSIC


@dataclass(frozen=True, slots=True)
class Copied:
    """segue has played a longer verbatim passage of the training set than before in this set.

    Attributes:
        at: seconds.
        take: number of the take.
        tick: tick of its newest event.
        events: its length in events, 2 or more.
        piece: name of the training piece that contains it.
        preset: the preset that was trained on that piece.
    """

    at: float
    take: int
    tick: int
    events: int
    piece: str
    preset: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """segue's process ended unexpectedly, and another one goes on with the set.

    Every note ended at that moment, and every pedal came up, as far as the journal knows. The beat went on.

    Attributes:
        at: when the process ended, seconds.
        take: the take that was running; None if none was.
        tick: the tick at that time; None while nothing ran.
        seconds: how long nobody wrote the journal.
        why: how the process ended.
    """

    at: float
    take: int | None
    tick: int | None
    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The last line of a set that was ended properly.

    Attributes:
        at: seconds.
        events: number of events that segue played.
        dropped: number of notes left out because they were too late.
        rested: how often segue rested because the network failed or was too slow.
    """

    at: float
    events: int
    dropped: int
    rested: int


Record = (
    Opened
    | Plays
    | Section
    | MeterChanged
    | Begun
    | Beat
    | Halted
    | Sent
    | Heard
    | Copied
    | Interrupted
    | Closed
)
