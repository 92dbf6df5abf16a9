"""What the ports report to the engine; frozen, because it crosses from another process."""

from dataclasses import dataclass

from mido import Message

from live.ports.orders import Connections

REPORT_SECONDS = 0.1
"""Maximum time from when a message leaves until it is reported."""


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message left. Reports come in the order of leaving, at most `REPORT_SECONDS` later.

    Attributes:
        at: when it was due, seconds on the stage's clock.
        message: the message that was sent.
        late: by how many seconds it came too late to leave at its time, 0.0 if in time; None for a message
            without a due time, which was sent at once (a stop, a panic, what the musician plays).
        output: number of the output that sent it, from 0.
        hand: whether it was sent through from the musician; False for every note-off, which may end any note.
    """

    at: float
    message: Message
    late: float | None
    output: int = 0
    hand: bool = False


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A message came in.

    Attributes:
        at: when, seconds on the stage's clock: on JACK the time of its frame.
        source: number of the input.
        message: the message that came in.
        is_echo: whether it is segue's own, come back through a loop of connections.
    """

    at: float
    source: int
    message: Message
    is_echo: bool = False


@dataclass(frozen=True, slots=True)
class OutputChanged:
    """An output was lost or reconnected.

    Attributes:
        name: the port's name; None while it is lost.
        reason: why it was lost; None when it is reconnected.
        output: its number, from 0.
    """

    name: str | None
    reason: str | None
    output: int = 0


@dataclass(frozen=True, slots=True)
class InputsState:
    """The state of the inputs.

    Attributes:
        names: names of the inputs as other programs list them, or as they did before they were lost.
        shown: the same, with those marked that are lost.
        notice: the notice about an input that is lost; None while all are there.
    """

    names: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class InputsChanged:
    """An input was lost or reconnected.

    Attributes:
        state: the state of all inputs.
        released: the numbers of those whose keys must be released, because they have just been lost.
    """

    state: InputsState
    released: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Connected:
    """What is connected to segue's ports has changed."""

    connections: Connections


@dataclass(frozen=True, slots=True)
class LoopFound:
    """Whether segue hears itself, through a loop of connections, has changed."""

    hears_itself: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The ports are open.

    Attributes:
        system: the name of the MIDI system that users know; None if there is none.
        process: the number of the port process.
        outputs: names of the outputs.
        inputs: the state of the inputs; None if none could be opened.
        trouble: why the system or the inputs are missing; None if nothing is missing.
        gone_on: what an engine before has left; None if this is the first.
    """

    system: str | None
    process: int
    outputs: tuple[str, ...]
    inputs: InputsState | None
    trouble: str | None
    gone_on: "GoneOn | None" = None


@dataclass(frozen=True, slots=True)
class GoneOn:
    """What an engine that died has left, and what has gone on without it.

    Attributes:
        state: the last state that it gave.
        died_at: when it died, seconds on the stage's clock.
        clock: when a MIDI clock was sent, seconds on the stage's clock, and the seconds from one to the next,
            in which it goes on; None if no clock is sent.
    """

    state: bytes
    died_at: float
    clock: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Refused:
    """The ports cannot be opened.

    Attributes:
        sentence: why, for the user.
    """

    sentence: str


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The supervisor is gone, or the thread that has the ports: nobody would help if anything else failed."""


@dataclass(frozen=True, slots=True)
class Closed:
    """All ports are closed; nothing is reported after this."""


Report = (
    MessageSent
    | MessageReceived
    | OutputChanged
    | InputsChanged
    | Connected
    | LoopFound
    | Opened
    | Refused
    | Abandoned
    | Closed
)


@dataclass(frozen=True, slots=True)
class News:
    """What the port process sends at once.

    Attributes:
        ahead: by how many seconds the stage's clock is ahead of the system's monotonic clock.
        lead_seconds: how long before its time an order for a note must be sent.
        dropped: notes left out so far because they came too late.
        reports: what has happened, in order.
    """

    ahead: float
    lead_seconds: float
    dropped: int
    reports: tuple[Report, ...]
