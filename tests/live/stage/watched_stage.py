"""A stage that is looked at after each pump, presets that play by chance, and what a listener must hear."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import count, pairwise, takewhile
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from mido import Message

from live.core.controls.mode import Mode
from live.core.controls.table import Controls
from live.core.generation.prediction import Moment
from live.core.planning.states import Entry, Source, State
from live.core.planning.style import Style
from live.core.planning.turns import TAKES_TURNS
from live.midi.ports import PortError
from live.ports.reports import MessageReceived
from presets.bundles.kinds import CLASSIC, SCORE
from presets.bundles.settings import Part
from presets.music.event import Event, Note
from presets.music.window import Window
from presets.sets.recording import By
from presets.sets.records import Sent
from presets.sets.transcription import transcribe
from tests.live.midi.memory_ports import MemoryOutput
from tests.live.stage.alphabet import CONTROLS, AlphabetPredictor
from tests.live.stage.virtual_stage import VirtualStage

OWN_VELOCITY = 64
"""Of each note of segue's; hands strike otherwise."""

CLICKS = 9
"""The channel of the count-in."""

PROGRAMS = {2: 1, 3: 40, 4: 19, 6: 73}
"""Which sound each octave of notes belongs to."""

AT_ONCE = 300
"""Pumps within one moment: a bar of events may be drawn anew, but not for ever."""

MOST_PLANNED = 140
"""A plan's events, at most: those of a bar, and what was committed."""


class ByChance(AlphabetPredictor):
    """Tells anything from a semiquaver's triplet to a half note, in its own octave, and chords too.

    Attributes:
        octave: its lowest note: by its notes a listener knows a preset.
        thinking: called before each event, with the stage's clock in its hands.
    """

    def __init__(self, octave: int, has_rhythm: bool = True, parts: int = 1) -> None:
        super().__init__()
        self.octave = octave
        self.parts = parts
        self.kind = SCORE if has_rhythm else CLASSIC
        self.thinking = lambda: None

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        self.thinking()
        interval = int(rng.choice([20, 40, 80, 120, 240, 480, 960]))
        interval = interval if self.kind.has_rhythm else controls.step_ticks
        notes = {int(number) for number in rng.integers(12, size=int(rng.integers(1, 4)))}
        return Event.of(
            interval if moment.ioi is None else moment.ioi,
            [
                Note(
                    self.octave + note,
                    int(rng.choice([1, 60, 120, 500, 4000])),
                    OWN_VELOCITY,
                    note % self.parts,
                )
                for note in notes
            ],
        )


def styles(thinks: Sequence[float]) -> list[Style]:
    """Three presets that share a channel, each with a sound and an octave of its own."""
    return [
        Style(name, ByChance(octave, rhythm), (Part(name, 0, program),), CONTROLS, think_seconds=think)
        for name, octave, rhythm, program, think in zip(
            ("piano", "organ", "flute"), (24, 48, 72), (True, False, True), (1, 19, 73), thinks, strict=True
        )
    ]


COMMANDS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.sampled_from(["start", "stop", "continue", "songpos", "faster", "slower", "away", "odd"]),
        st.integers(0, 90),
    ),
    max_size=12,
)
"""What a master does, between which of its clocks, and how far."""


SPELLS = st.lists(
    st.tuples(st.integers(0, 60), st.lists(st.sampled_from([0.15, 0.3, 0.6]), min_size=1, max_size=3)),
    min_size=1,
    max_size=3,
)
"""From which event on a network is slow, and the seconds that it takes for each."""


class Seen(NamedTuple):
    """What the performer did after a pump. A tuple, for there are hundreds a second.

    Attributes:
        at: when that was.
        state: what it did.
        mode: in which way it played.
        rests: whether it was the player's turn, or the mode is to hold.
        muted: whether it was.
        commit_lead: how long before its moment an event is committed.
        held: the notes that hands held.
    """

    at: float
    state: State
    mode: Mode
    rests: bool
    muted: bool
    commit_lead: float
    held: frozenset[int]


class WatchedStage(VirtualStage):
    """Looks at the performer after each pump; its ports keep messages back until their moments, as JACK's."""

    def __init__(self, thinks=(0.0, 0.0, 0.0), played_by=None, is_quick=True, **options) -> None:
        self.is_quick = is_quick
        self.styles = played_by or styles(thinks)
        piano, *others = self.styles
        self.grid = {"bar": None, "beat": 480, "now": 20}[options.get("switch", "bar")]
        self.lost: set[int] = set()
        super().__init__(
            predictor=piano.predictor,
            parts=piano.parts,
            controls=piano.controls,
            originality=piano.originality,
            others=others,
            **options,
        )
        self.takes: list[tuple[int, Entry]] = []
        self.seen: list[Seen] = []
        self.pumps: list[float] = []
        self._looked_at: tuple[Event, ...] | None = None
        self._pump, self.stage.pump = self.stage.pump, self._watch
        self._press, self.performer.press = self.performer.press, self._watch_press

    def hear(self, source, *messages) -> None:
        """Let an input bring messages now; nothing comes while it is unplugged."""
        names = "keyboard", "memory:in"
        for port in self.keyboards.inputs:
            if port.name == names[source]:
                port.play(*((self.clock.now(), message) for message in messages))

    def let_go(self) -> None:
        """Let every key and every pedal come up."""
        self.keyboards.plug_in()
        self.play_until(self.clock.now() + 3.0)
        for source in range(2):
            for channel in (0, 1, 9):
                self.hear(source, Message("control_change", channel=channel, control=64, value=0))
                self.hear(source, *(Message("note_off", channel=channel, note=note) for note in range(128)))
        self.play_until(self.clock.now())
        assert self.stage.is_leaving or not self.performer._keyboard.sounding
        assert self.stage.is_leaving or not self.performer._keyboard._pedals

    def lose(self, output=0) -> None:
        """Let an output be gone until it is found."""
        self.lost.add(output)
        next(port for port in reversed(self.ports) if port.name == self.output_name(output)).lose()

    def find(self, output=0) -> None:
        self.lost.discard(output)

    def open_port(self, name) -> MemoryOutput:
        if name in map(self.output_name, self.lost):
            raise PortError("there is no port")
        return super().open_port(name)

    def _watch_press(self, *pressed) -> None:
        self._press(*pressed)
        assert self.status.whose_turn is not Source.SEGUE

    def _watch(self, *came) -> None:
        self._pump(*came)
        now, performer, newest = self.clock.now(), self.performer, self.takes[-1][1] if self.takes else None
        status = self.status
        clock = status.clock
        new = list(takewhile(lambda entry: entry is not newest, reversed(status.history)))
        self.takes += [(clock.take, entry) for entry in reversed(new)]
        events = status.window.events
        if events is not self._looked_at:
            self._looked_at = events
            assert len({id(event) for event in events}) == len(events)
        if status.switch is not None:
            line = status.switch.line
            bars = clock.bars
            on_bar = self.grid is None or bars.meter_at(line) != bars.meter_at(line - 1)
            assert (bars.place(line).tick if on_bar else line % self.grid) == 0
            if self.is_quick and status.state is State.PLAYING and clock.transport is not None:
                timing = performer._engine.timing
                assert timing.moment(line, clock.transport) > now - 1e-6, "a switch that never comes"
        assert len(performer._planner.plan) <= MOST_PLANNED
        self.pumps.append(now)
        assert len(self.pumps) < AT_ONCE or self.pumps[-AT_ONCE] < now, f"busy at {now}"
        self.seen.append(
            Seen(
                now,
                status.state,
                status.mode,
                status.turn is None,
                status.muted,
                status.commit_lead,
                performer._keyboard.sounding,
            )
        )


def say(stage: VirtualStage, at: float, message: Message) -> None:
    """Let a master say something."""
    stage.at(at, MessageReceived(at, 0, message))


def lead(stage: VirtualStage, commands) -> float:
    """Let a master say 400 clocks, at its tempo, and commands between them; return when that is over."""
    at, interval = 0.5, 0.02
    for clock in range(400):
        for when, command, value in commands:
            match command if when == clock else None:
                case None:
                    pass
                case "songpos":
                    say(stage, at - 0.001, Message("songpos", pos=value))
                case "faster":
                    interval = max(0.01, interval * 0.8)
                case "slower":
                    interval = min(0.1, interval * 1.25)
                case "away":
                    at += value / 20
                case "odd":
                    say(stage, at - 0.0005, Message("clock"))
                case _:
                    say(stage, at - 0.001, Message(command))
        say(stage, at, Message("clock"))
        at += interval
    return at


def pass_time(stage: VirtualStage, seconds: float) -> None:
    """Let time pass while the network thinks; the sender's thread goes on."""
    until = stage.clock.now() + seconds
    while stage.port_process.deadline <= until:
        stage.clock.jump_to(max(stage.clock.now(), stage.port_process.deadline))
        stage.pump_ports()
    stage.clock.jump_to(until)


def hesitate(stage: WatchedStage, spells) -> None:
    """Let the networks think, in spells."""
    asked = count()
    pauses = {number + index: s for number, spell in spells for index, s in enumerate(spell)}
    for style in stage.styles:
        style.predictor.thinking = lambda: pass_time(stage, pauses.get(next(asked), 0.0))


def own_strikes(stage: WatchedStage) -> list[tuple[float, int]]:
    """Return the moments and note numbers of what segue struck."""
    return sorted(
        (at, message.note)
        for at, message in stage.sent
        if message.type == "note_on" and message.velocity == OWN_VELOCITY and message.channel != CLICKS
    )


def check_heard(stage: WatchedStage) -> None:
    """Every listener hears segue's notes in the sound of their preset: none beyond the line of a switch."""
    for port in stage.ports:
        programs: dict[int, int] = {}
        for at, message in port.sent:
            match message.type:
                case "program_change":
                    programs[message.channel] = message.program
                case "note_on" if message.velocity == OWN_VELOCITY and message.channel != CLICKS:
                    assert PROGRAMS[message.note // 12] == programs[message.channel], (at, message)


def check_paired(stage: WatchedStage) -> None:
    """No note begins where it sounds, on any output, whoever struck it."""
    for port in stage.ports:
        sounding = set()
        for at, message in port.sent:
            match message.type:
                case "note_on":
                    key = message.channel, message.note
                    assert key not in sounding, (at, message)
                    sounding.add(key)
                case "note_off":
                    sounding.discard((message.channel, message.note))
                case "control_change" if message.control in (120, 123):
                    sounding = {key for key in sounding if key[0] != message.channel}


def check_order(stage: WatchedStage) -> None:
    """What has a moment leaves in order of time."""
    for port in stage.ports:
        # What is sent at once, greetings and the ends of notes, leaves behind what was handed over before it.
        moments = [at for at, message in port.sent if message.type not in ("program_change", "note_off")]
        assert moments == sorted(moments)


def check_written(stage: WatchedStage) -> None:
    """The journal has what left, and a recording each note of segue's on the track of its preset."""
    soon = stage.clock.now() - 0.5
    for number, name in enumerate(stage.link.opened.outputs):
        written = Counter(
            record.message for record in stage.records if isinstance(record, Sent) and record.output == number
        )
        ports = [port for port in stage.ports if port.name == name]
        assert written <= Counter(bytes(message.bin()) for port in ports for _, message in port.sent)
        if len(ports) == 1 and not ports[0].lost:
            assert Counter(bytes(message.bin()) for at, message in ports[0].sent if at < soon) <= written
    for track in transcribe(stage.records, "stage").tracks:
        if track.by is By.SEGUE:
            programs = {PROGRAMS[note.note // 12] for note in track.notes if note.velocity == OWN_VELOCITY}
            assert len(programs) <= 1, (track.name, programs)


def check_watched(stage: WatchedStage) -> None:
    """Segue's own events come one after the other."""
    told = [(take, entry.tick) for take, entry in stage.takes if entry.source is Source.SEGUE]
    assert all(earlier < later for earlier, later in pairwise(told)), told


def check_rests(stage: WatchedStage, late: float) -> None:
    """It strikes nothing while it stands or is muted, nor in the player's turn, nor what hands hold.

    Args:
        stage: what was played there.
        late: seconds that what is due with a master's start may come late.
    """
    seen = stage.seen
    moments = [each.at for each in seen]
    silent_since = rests_since = apart_since = float("inf")
    commit_lead = 0.0
    states = []
    for each in seen:
        commit_lead = max(commit_lead, each.commit_lead)
        silent = each.state is not State.PLAYING or each.muted
        rests = each.mode is Mode.HOLD or (each.mode in TAKES_TURNS and each.rests)
        silent_since = min(silent_since, each.at) if silent else float("inf")
        rests_since = min(rests_since, each.at + commit_lead) if rests else float("inf")
        apart_since = min(apart_since, each.at + commit_lead) if each.mode is Mode.ACCOMPANY else float("inf")
        states.append((silent_since, rests_since, apart_since, each.held))
    for at, note in own_strikes(stage):
        faults = []
        for moment in {at, at + late}:
            silent_since, rests_since, apart_since, held = states[bisect_left(moments, moment - 1e-6) - 1]
            faults.append(
                [
                    why
                    for why, is_fault in {
                        f"silent since {silent_since}": at > silent_since + 1e-6,
                        f"to rest since {rests_since}": at > rests_since + 1e-5,
                        f"{note} is held": at > apart_since + 1e-5 and note in held,
                    }.items()
                    if is_fault
                ]
            )
        assert [] in faults, f"struck at {at}: {faults}"


def check_pumps(stage: WatchedStage) -> None:
    """It never spins: while nothing comes in it wakes as often as there is something to do."""
    for begin in range(int(stage.pumps[-1])):
        busy = bisect_left(stage.pumps, begin + 1) - bisect_left(stage.pumps, begin)
        assert busy < 4000, f"{busy} pumps in second {begin}"
