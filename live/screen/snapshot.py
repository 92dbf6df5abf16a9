"""A snapshot of a performance: one frozen value with everything that the screen and the lines show."""

from dataclasses import dataclass, field
from typing import Protocol

from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.input.chord_finder import Harmony
from live.core.performer.status import BeatClock, Copies
from live.core.planning.states import Entry, Source, State
from live.ports.lateness import Lateness
from live.screen.recent_notes import RollNote
from live.setlist.repertoire import Offer

REFRESH_SECONDS = 0.1
"""How often the stage shows a snapshot."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A preset that is going to take over.

    Attributes:
        preset: its name, or its title in the set.
        tick: when it takes over, in ticks since the start of the first bar.
    """

    preset: str
    tick: int


@dataclass(frozen=True, slots=True)
class Sections:
    """The section of the form that plays, and the one after it.

    Attributes:
        now: the label of the section, such as A or B'.
        after: the label of the next one.
        tick: when that begins, in ticks since the start of the first bar.
    """

    now: str
    after: str
    tick: int


@dataclass(frozen=True, slots=True)
class Setlist:
    """The current preset, the next one, and all others.

    Attributes:
        preset: name of the current preset.
        offers: the presets that the musician can switch to, in the order of their keys.
        number: number of the current offer, from 0; None if unknown.
        coming: the preset that is going to take over; None if none is.
        set_name: name of the set file; None without one.
        title: title of the current preset in the set; None without a set.
    """

    preset: str
    offers: tuple[Offer, ...] = ()
    number: int | None = None
    coming: Coming | None = None
    set_name: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Ports:
    """The MIDI ports and their activity.

    Attributes:
        output: names of the output ports, or "lost" for a lost one.
        inputs: names of the input ports.
        heard_at: when the last message came in, seconds on the stage's clock; None if none did.
        sent_at: when the last message left, seconds on the stage's clock; None if none did.
    """

    output: str
    inputs: tuple[str, ...] = ()
    heard_at: float | None = None
    sent_at: float | None = None


@dataclass(frozen=True, slots=True)
class Timekeeping:
    """How well segue keeps time.

    Attributes:
        lateness: how late the recently sent notes were.
        dropped: number of notes left out because they were too late.
        rested: number of events left out because the network was too slow or failed.
    """

    lateness: Lateness
    dropped: int = 0
    rested: int = 0


@dataclass(frozen=True, slots=True)
class Dial:
    """A knob with its value.

    Attributes:
        name: the knob's name, unique on the screen.
        text: its value as text.
        position: its value between its ends, 0..1.
        bound: the control bound to it, such as `CC 21`; None if only the keys change it.
    """

    name: str
    text: str
    position: float
    bound: str | None = None


@dataclass(frozen=True, slots=True)
class Learnable:
    """A target that a knob or a button of a controller can be bound to.

    Attributes:
        name: name of a knob, an action or a preset.
        bound: the control bound to it already, such as `CC 21`; None if there is none.
    """

    name: str
    bound: str | None = None


@dataclass(frozen=True, slots=True)
class Learning:
    """Segue is learning what a knob or a button of a controller does.

    Attributes:
        targets: all targets, in order.
        chosen: number of the target that segue is learning, from 0.
        hint: what the musician should do next, in one sentence.
    """

    targets: tuple[Learnable, ...]
    chosen: int
    hint: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The knobs, and MIDI learn.

    Attributes:
        dials: the knobs, in order.
        chosen: number of the dial that the arrow keys change, from 0; None if there is none.
        learning: what segue is learning; None if it is not learning.
    """

    dials: tuple[Dial, ...] = ()
    chosen: int | None = None
    learning: Learning | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything to show at one moment.

    Attributes:
        now: time of the snapshot, seconds on the stage's clock.
        state: the performer's state.
        clock: the position in the music, and the tempo.
        setlist: the current preset and all others.
        ports: the MIDI ports and their activity.
        timekeeping: how well segue keeps time.
        mode: how segue plays with the musician.
        turn: whose turn it is; None in a mode without turns, in which both may play.
        muted: whether segue is muted.
        history: the newest events, oldest first.
        roll: the notes of the last `ROLL_SECONDS` and those that are about to sound, in any order.
        copies: how much segue copies from the training set.
        panel: the knobs, and MIDI learn.
        notice: the notice to show; None if nothing is wrong.
        help: whether to show the help.
        sections: where the form is; None if the preset has none, and while nothing runs.
        key_heard: the key that segue plays in with the musician; None where it does not, or has heard none.
        turn_bars: how many bars the call has so far, or segue's answer in all; None without either.
        mine: names of the parts that the musician plays; none if segue may play every part.
        harmony_heard: the chord that it plays to; None where it plays to none.
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
    sections: Sections | None = None
    turn_bars: int | None = None
    mine: tuple[str, ...] = ()
    key_heard: Key | None = None
    harmony_heard: Harmony | None = None


ROLL_SECONDS = 40.0
"""How far back the widest roll looks."""


class Display(Protocol):
    """Shows snapshots; owned by the main thread."""

    def show(self, snapshot: Snapshot) -> None:
        """Show a snapshot; raise `OSError` if the terminal or file is gone."""
        ...
