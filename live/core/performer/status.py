"""The state of a performance at one moment, as one frozen value for everyone who watches it."""

from dataclasses import dataclass, field

from live.core.beat.transport import Transport
from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.controls.table import Controls
from live.core.input.chord_finder import Harmony
from live.core.input.keyboard import CHORD_SPAN, DELIVERY
from live.core.output.parts import parts_named
from live.core.planning.planner import Switch
from live.core.planning.states import Entry, LongestCopy, Source, State
from live.core.planning.style import Style
from live.core.planning.turns import TAKES_TURNS, Turn
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter
from presets.music.form import Form
from presets.music.originality import VerbatimPassage
from presets.music.window import Window


@dataclass(frozen=True, slots=True)
class BeatClock:
    """Where the music is. Ticks count from the start of the first bar; those of a count-in are negative.

    Attributes:
        bars: where the bar lines are.
        bpm: quarter notes a minute, now; while nothing runs, the tempo in which the music would go on.
        swing: percent of the beat that its first eighth gets, 50..75.
        follows: whether another master sets the tempo.
        tick: where the music is; None while nothing runs.
        transport: when each tick comes; None while nothing runs.
        goes_on_at: the tick at which stopped music would go on; None while it runs, and where it would begin
            again.
        take: how often the music has begun.
        first_tick: where it began the last time: 0, below 0 for a count-in, or where it went on.
    """

    bars: BarLines
    bpm: float
    swing: float = 50.0
    follows: bool = False
    tick: int | None = None
    transport: Transport | None = None
    goes_on_at: int | None = None
    take: int = 0
    first_tick: int = 0

    @property
    def meter(self) -> Meter:
        """The time signature of the current bar; while nothing runs, of the one where the music goes on."""
        return self.bars.meter_at(self.tick if self.tick is not None else self.goes_on_at or 0)


@dataclass(frozen=True, slots=True)
class Copies:
    """How far segue plays what a piece of the training set has.

    Attributes:
        current: the verbatim passage that ends with segue's newest event.
        longest: the longest passage since the performance began; None if there was none.
        limit: the length in events that no passage may reach; None without a limit.
    """

    current: VerbatimPassage = field(default_factory=VerbatimPassage)
    longest: LongestCopy | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What a performer does at one moment.

    Attributes:
        at: the moment, seconds on the stage's clock.
        state: what it is doing.
        style: the preset that plays.
        switch: the preset that is going to take over; None if none is.
        clock: where the music is.
        mode: how segue plays with the musician.
        muted: whether nothing that segue plays is heard.
        controls: how events are drawn and sound, as they were last set.
        turn: segue's turn, running or to come; None while it is the musician's.
        turn_bars: how many bars the call has so far, or segue's answer in all; None without either.
        form: the form of the music; None if the preset has none, and before it has begun to play.
        key_heard: the key that the musician plays in; None while that is not likely.
        harmony_heard: the chord that the musician plays; None while they play none.
        history: the newest events with who played them, oldest first.
        window: the newest events as the network reads them, segue's and the musician's.
        played: events played since the performance began.
        rested: how often since then an event waited, because the network failed or was too slow.
        copies: how far segue plays what the training set has.
        trouble: why the music rests; None while all is well.
        commit_lead: seconds before its moment that an event is committed. A slow network has a long one, for
            nothing can be committed while it draws.
        quiet_at: when the last note that was committed ends, seconds; minus infinity if there is none.
        has_no_tempo: whether the phrase before the music had no clear tempo, so that the set one stays.
    """

    at: float
    state: State
    style: Style
    switch: Switch | None
    clock: BeatClock
    mode: Mode
    muted: bool
    controls: Controls
    turn: Turn | None
    turn_bars: int | None
    form: Form | None
    key_heard: Key | None
    harmony_heard: Harmony | None
    history: tuple[Entry, ...]
    window: Window
    played: int
    rested: int
    copies: Copies
    trouble: str | None
    commit_lead: float
    quiet_at: float
    has_no_tempo: bool = False

    @property
    def key_lead(self) -> float:
        """Seconds from a key going down to the first moment whose event may know it: a chord takes time."""
        return CHORD_SPAN + DELIVERY + self.commit_lead

    @property
    def plays_to_chords(self) -> bool:
        """Whether segue's notes keep to the musician's chord."""
        return self.style.kind.has_rhythm and self.controls.plays_to_chords(self.mode)

    @property
    def plays_in_key(self) -> bool:
        """Whether segue's notes keep to the musician's key."""
        return self.style.kind.has_rhythm and self.controls.follows(self.mode)

    @property
    def own_parts(self) -> frozenset[int]:
        """The parts that the musician plays, and segue does not."""
        return (
            parts_named(self.controls.mine, self.style.parts) if self.style.kind.has_rhythm else frozenset()
        )

    @property
    def whose_turn(self) -> Source | None:
        """Whose turn it is; None in a mode without turns, in which both may play."""
        if self.mode not in TAKES_TURNS:
            return None
        return Source.PLAYER if self.turn is None else Source.SEGUE
