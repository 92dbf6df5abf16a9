"""What can happen during a performance: every thread puts items into one inbox that the main thread reads."""

from dataclasses import dataclass
from queue import SimpleQueue

from live.inference.preset_loader import PresetFailed, PresetReady
from live.ports.reports import Report


@dataclass(frozen=True, slots=True)
class Typed:
    """The musician typed a key on the computer keyboard.

    Attributes:
        character: what the terminal sent for it.
        at: when, seconds on the stage's clock, as the reading thread stamped it.
    """

    character: str
    at: float


@dataclass(frozen=True, slots=True)
class Signalled:
    """A signal of the operating system asks segue to quit.

    Attributes:
        number: the signal's number.
    """

    number: int


Item = Typed | Signalled | Report | PresetReady | PresetFailed
Inbox = SimpleQueue[Item]


def take_all(inbox: Inbox) -> list[Item]:
    """Take what is in the inbox now, in order; only the thread that reads it may call this."""
    items: list[Item] = []
    while not inbox.empty():
        items.append(inbox.get_nowait())
    return items
