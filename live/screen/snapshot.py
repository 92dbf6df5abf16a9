"""One moment of a performance as a frozen value: everything that the screen and the lines show."""

from dataclasses import dataclass, field
from typing import Protocol

from live.core.controls.mode import Mode
from live.core.performer.status import BeatClock, Copies
from live.core.planning.states import Entry, Source, State
from live.output.lateness import Lateness
from live.screen.recent_notes import RollNote
from live.setlist.repertoire import Offer

REFRESH_SECONDS = 0.1
"""How often the stage shows a snapshot."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A preset that is going to take over.

    Attributes:
        preset: its name, or its title in the set.
        tick: when, since the start of the first bar.
    """

    preset: str
    tick: int


@dataclass(frozen=True, slots=True)
class Setlist:
    """Which preset plays, which one comes next, and which others there are.

    Attributes:
        preset: name of the one that plays.
        offers: those that can be switched to, in the order of their keys.
        number: of the offer that plays, from 0; None if it cannot be told.
        coming: the one that is going to take over; None if none is.
        set_name: of the set file that is played; None without one.
        title: what the set calls the piece that plays; None without a set.
    """

    preset: str
    offers: tuple[Offer, ...] = ()
    number: int | None = None
    coming: Coming | None = None
    set_name: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Ports:
    """Where MIDI comes in and goes out.

    Attributes:
        output: where the notes go, or why they go nowhere.
        inputs: where the keyboard comes in.
        heard_at: when a message came in last, seconds on the stage's clock; None if none did.
        sent_at: when a message left last, seconds on the stage's clock; None if none did.
    """

    output: str
    inputs: tuple[str, ...] = ()
    heard_at: float | None = None
    sent_at: float | None = None


@dataclass(frozen=True, slots=True)
class Timekeeping:
    """How well segue keeps time.

    Attributes:
        lateness: of the notes sent lately.
        dropped: notes left out because they were too late.
        rested: events left out because the network was too slow or failed.
    """

    lateness: Lateness
    dropped: int = 0
    rested: int = 0


@dataclass(frozen=True, slots=True)
class Dial:
    """A knob with where it stands.

    Attributes:
        name: of the knob, in the order of the screen unlike any other.
        text: its value, as people read it.
        position: the same between its ends, 0..1.
        bound: what turns it, such as `CC 21`; None if only the keys do.
    """

    name: str
    text: str
    position: float
    bound: str | None = None


@dataclass(frozen=True, slots=True)
class Learnable:
    """What a knob or a button of a controller can be bound to.

    Attributes:
        name: of a knob, an action or a preset.
        bound: what it is bound to already; None if to nothing.
    """

    name: str
    bound: str | None = None


@dataclass(frozen=True, slots=True)
class Learning:
    """Segue is being taught what a knob or a button of a controller does.

    Attributes:
        targets: what can be chosen, in order.
        chosen: number of the one that is being learned, from 0.
        hint: what to do next, in one sentence.
    """

    targets: tuple[Learnable, ...]
    chosen: int
    hint: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The knobs, and what a controller is being taught.

    Attributes:
        dials: the knobs, in order.
        chosen: number of the dial that the arrow keys turn, from 0; None if none is.
        learning: what is being learned; None if nothing is.
    """

    dials: tuple[Dial, ...] = ()
    chosen: int | None = None
    learning: Learning | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment, for showing.

    Attributes:
        now: the moment, seconds on the stage's clock.
        state: what the performer does.
        clock: where the music is.
        setlist: which preset plays, and which others there are.
        ports: where MIDI comes in and goes out.
        timekeeping: how well segue keeps time.
        mode: how segue plays with the musician.
        turn: whose turn it is; None in a mode without turns, in which both may play.
        muted: whether nothing that segue plays is heard.
        history: the newest events, oldest first.
        roll: the notes of the last `ROLL_SECONDS` and those that are about to sound, in any order.
        copies: how far segue plays what the training set has.
        panel: the knobs.
        notice: what the musician must know now; None if all is well.
        help: whether to explain the keys.
    """

    now: float
    state: State
    clock: BeatClock
    setlist: Setlist
    ports: Ports
    timekeeping: Timekeeping
    mode: Mode = Mode.STREAM
    turn: Source | None = None
    muted: bool = False
    history: tuple[Entry, ...] = ()
    roll: tuple[RollNote, ...] = ()
    copies: Copies = field(default_factory=Copies)
    panel: Panel = field(default_factory=Panel)
    notice: str | None = None
    help: bool = False


ROLL_SECONDS = 40.0
"""How far back the widest roll looks."""


class Display(Protocol):
    """Shows snapshots; owned by the main thread."""

    def show(self, snapshot: Snapshot) -> None:
        """Show the moment; an `OSError` if nobody can see it any more."""
        ...
