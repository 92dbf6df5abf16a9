"""The moment, as one frozen value: all that a screen, or who reads lines, is told."""

from dataclasses import dataclass, field
from typing import Protocol

from live.core.beat.transport import Transport
from live.core.controls.mode import Mode
from live.core.planning.states import Entry, LongestCopy, Source, State
from live.output.lateness import Lateness
from live.screen.recent_notes import RollNote
from live.setlist.repertoire import Offer
from presets.bundles.settings import Meter
from presets.music.originality import VerbatimPassage

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
class Snapshot:
    """The moment, for showing.

    Attributes:
        preset: name of the one that plays.
        coming: the one that is going to take over; None if none is.
        offers: those that can be switched to, in the order of their keys.
        state: what the performer does.
        tick: since the start of the first bar, negative before it; None while nothing runs.
        bpm: quarter notes a minute.
        follows: whether a master sets the tempo.
        meter: time signature.
        history: the newest events, oldest first.
        output: where the notes go, or why they go nowhere.
        inputs: where the keyboard comes in.
        lateness: of the notes sent lately.
        dropped: notes left out because they were too late.
        rested: steps left out because the network was too slow or failed.
        notice: what the player must know now; None if all is well.
        now: the moment itself, seconds on the stage's clock.
        transport: where the bar lines lie; None while nothing runs.
        roll: the notes of the last `ROLL_SECONDS` and those that are about to sound, in any order.
        dials: the knobs, in order.
        chosen: number of the dial that the arrow keys turn, from 0; None if none is.
        mode: the way of playing.
        turn: whose turn it is, where a mode has turns; None where both may play.
        muted: whether nothing that segue plays is heard.
        set_name: of the set that is played; None without one.
        title: of the piece, as the set names it.
        number: of the offer that plays, from 0; None if it cannot be told.
        heard_at: when a message came in last, seconds on the stage's clock; None if none did.
        sent_at: when a message left last, likewise.
        learning: what is being learned; None outside of learning.
        help: whether the keys are to be explained.
        copying: the passage of a training piece that ends with segue's newest event.
        longest_copy: the longest one since the beginning; None if there was none.
        originality: the length in events that no copy may reach; None without a limit.
        goes_on_at: the tick, since the start of the first bar, at which stopped music would go on; None while
            it runs, and where it would begin anew.
    """

    preset: str
    coming: Coming | None
    offers: tuple[Offer, ...]
    state: State
    tick: int | None
    bpm: float
    follows: bool
    meter: Meter
    history: tuple[Entry, ...]
    output: str
    inputs: tuple[str, ...]
    lateness: Lateness
    dropped: int
    rested: int
    notice: str | None
    now: float = 0.0
    transport: Transport | None = None
    roll: tuple[RollNote, ...] = ()
    dials: tuple[Dial, ...] = ()
    chosen: int | None = None
    mode: Mode = Mode.STREAM
    turn: Source | None = None
    muted: bool = False
    set_name: str | None = None
    title: str | None = None
    number: int | None = None
    heard_at: float | None = None
    sent_at: float | None = None
    learning: Learning | None = None
    help: bool = False
    copying: VerbatimPassage = field(default_factory=VerbatimPassage)
    longest_copy: LongestCopy | None = None
    originality: int | None = None
    goes_on_at: int | None = None


ROLL_SECONDS = 40.0
"""How far back the widest roll looks."""


class Display(Protocol):
    """Shows snapshots; owned by the main thread."""

    def show(self, snapshot: Snapshot) -> None:
        """Show the moment; an `OSError` if nobody can see it any more."""
        ...
