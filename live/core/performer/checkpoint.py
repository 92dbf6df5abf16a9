"""The checkpoint of a performance: all that another process needs to go on with it."""

from dataclasses import dataclass, replace

from live.core.beat.tempo import TempoState
from live.core.beat.transport import Transport
from live.core.controls.table import Controls
from live.core.input.phrase_tempo import PlayedPhrase
from live.core.performer.listener import ListenerState
from live.core.performer.performance import Performance
from live.core.planning.planner import PlannerState
from live.core.planning.states import Length, LongestCopy, State
from live.core.planning.turns import TurnsState
from live.core.sync.clock_master import ClockMasterState
from presets.bundles.bar_lines import BarLines
from presets.music.encoding import Position
from presets.music.event import Event
from presets.music.form import FormState
from presets.music.originality import Trail


@dataclass(frozen=True, slots=True)
class Past:
    """What has been played; the attributes are those of `Context`.

    Attributes:
        events: of the window.
    """

    events: tuple[Event, ...]
    position: Position
    onset: int | None
    own: int | None
    played: int
    sounded: int | None
    trail: Trail
    form: FormState | None


@dataclass(frozen=True, slots=True)
class StoppedAt:
    """Where the music would go on; the attributes are those of `Stop`."""

    past: Past
    tick: int
    bpm: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where the music is.

    Attributes:
        tempo: what a transport is begun with.
        transport: when ticks come, from the current tempo on; None while nothing runs.
        first_tick: the tick of the last start.
        takes: how often the music has been started.
        stopped: where it would go on; None if it was not stopped.
        is_over: whether the requested length is over.
        counts_in: whether a click of the count-in is still to come.
        bars: where the bar lines are if no other preset takes over.
        swing: percent of the beat that its first eighth gets.
        has_own_meters: whether each preset plays in the meter of its corpus.
        clock: what the devices were told that follow segue's clock; None if it sends none.
    """

    tempo: TempoState
    transport: Transport | None
    first_tick: int
    takes: int
    stopped: StoppedAt | None
    is_over: bool
    counts_in: bool
    bars: BarLines
    swing: float
    has_own_meters: bool
    clock: ClockMasterState | None


@dataclass(frozen=True, slots=True)
class SwitchAhead:
    """A requested switch to another preset.

    Attributes:
        preset: its number.
        line: the tick where it takes over.
    """

    preset: int
    line: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All that another process needs to go on with a performance. Presets have the numbers of their caller.

    What was committed belongs to the past. Which keys are down is not known to whoever goes on.

    Attributes:
        state: what the performer was doing.
        preset: the one that plays.
        controls: of each preset for which they were set.
        switch: the requested switch to another preset; None if there is none, or it is committed.
        past: what has been played, up to the last committed event.
        place: where the music is.
        planner: how it would go on.
        turns: whose turn it is.
        listener: what is known of the musician.
        phrase: what is known of the tempo of the phrase that segue listens to; None if it does not matter.
        length: how much to play.
        muted: whether nothing that segue plays is heard.
        rested: how often an event had to wait, in total.
        has_no_tempo: whether the phrase before the music had no clear tempo.
        longest_copy: the longest verbatim passage so far; None if there was none.
    """

    state: State
    preset: int
    controls: tuple[tuple[int, Controls], ...]
    switch: SwitchAhead | None
    past: Past
    place: Place
    planner: PlannerState
    turns: TurnsState
    listener: ListenerState
    phrase: PlayedPhrase | None
    length: Length
    muted: bool
    rested: int
    has_no_tempo: bool
    longest_copy: LongestCopy | None

    def performance(self, performance: Performance) -> Performance:
        """Return a performance, prepared as if it began with this preset, as it goes on."""
        tempo = self.place.tempo
        return replace(
            performance,
            bpm=tempo.bpm,
            tempo_changes=tempo.changes,
            mode=self.turns.mode,
            swing=self.place.swing,
            length=self.length,
            own_meters=self.place.has_own_meters,
        )
