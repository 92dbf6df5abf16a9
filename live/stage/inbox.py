"""What can happen on a stage: every thread puts it into one inbox, and the main thread takes it out."""

from dataclasses import dataclass
from queue import SimpleQueue

from mido import Message

from live.inference.preset_loader import PresetFailed, PresetReady
from live.output.sender import Report


@dataclass(frozen=True, slots=True)
class Heard:
    """A message came in.

    Attributes:
        at: when, seconds on the stage's clock, as the port's own thread stamped it.
        source: number of the input.
        message: what came.
    """

    at: float
    source: int
    message: Message


@dataclass(frozen=True, slots=True)
class Typed:
    """A key of the computer.

    Attributes:
        character: what the terminal sent for it.
        at: when, seconds on the stage's clock, as the thread that reads stamped it.
    """

    character: str
    at: float


@dataclass(frozen=True, slots=True)
class Signalled:
    """The system asks segue to end.

    Attributes:
        number: of the signal.
    """

    number: int


Item = Heard | Typed | Signalled | Report | PresetReady | PresetFailed
Inbox = SimpleQueue[Item]
