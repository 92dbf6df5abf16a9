"""The controls: one table of everything that the musician can set, and their values at one moment.

Options, set files, knobs, MIDI learning and checks read the table. A new control is a row here, its field in
`Controls`, and its effect on the music. It starts at the preset's setting of the same name, or at the field's
default if presets have no such setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from live.core.controls.control import ChoiceKnob, Control, NumberKnob, with_value
from live.core.controls.mode import DUETS, Mode
from live.core.controls.note_names import read_note, read_range
from live.core.controls.scales import KEYS, SCALES, Key
from presets.bundles.settings import (
    DENSITY,
    FORM,
    GATE,
    ORIGINALITY,
    RECALL,
    SHADING,
    STEP,
    TEMPERATURE,
    TOP_K,
    VELOCITY,
    Range,
    Sampling,
    Settings,
    SettingsError,
    check_note_range,
)
from presets.music.event import PPQ

PLAIN = Sampling()
"""Draws as the network predicts."""


REGISTER = Range("the register", -1, 1)

FOLLOW = "follow"
"""The key that the musician plays in."""

ANY = "any"
"""No key: whatever the network plays."""

EVERY_NOTE = 128
"""Above all notes."""

_CHORDS = {"all": EVERY_NOTE, "none": 0}
"""How far up the notes go that make the musician's chord."""

KEY_CHOICES = ("preset", FOLLOW, ANY, *map(str, KEYS))
"""What a knob can choose: the preset's own key, the musician's, any, or one of 24."""


def _read_ends(text: str) -> Mapping[str, Any]:
    lowest, highest = read_range(text)
    return {"lowest": lowest, "highest": highest}


def _read_key(text: str) -> Mapping[str, Any]:
    return {"key": None if text in (FOLLOW, ANY) else Key.read(text), "follow_key": text == FOLLOW}


def _read_chords(text: str) -> Mapping[str, Any]:
    try:
        return {"chords_below": _CHORDS[text] if text in _CHORDS else read_note(text)}
    except SettingsError:
        raise SettingsError(f"--chords must be all, none or a note such as C4, got {text!r}") from None


def _read_parts(text: str) -> Mapping[str, Any]:
    names = frozenset(name.strip() for name in text.split(","))
    if "" in names:
        raise SettingsError(f"--me must name a part, such as melody, or several: soprano,alto; got {text!r}")
    return {"mine": names}


CONTROLS = (
    Control(
        "gate",
        GATE,
        "how long notes sound, as a multiple of their step or of their own length, {limits}",
        knob=NumberKnob(12, 0.1, 2, 0.05),
    ),
    Control(
        "velocity",
        VELOCITY,
        "how hard notes are played, on average, {limits}",
        knob=NumberKnob(9, 20, 120, 1, ".0f"),
    ),
    Control(
        "temperature",
        TEMPERATURE,
        "how notes are drawn, which and how many, {limits}: below 1 safer, above 1 wilder, 0 the likeliest",
        metavar="T",
        knob=NumberKnob(1, 0, 2, 0.05),
        path="controls.sampling.temperature",
    ),
    Control(
        "top-k",
        TOP_K,
        "draw each note from the K likeliest; 0 is all",
        metavar="K",
        path="controls.sampling.top_k",
    ),
    Control(
        "top-p",
        Range("top-p", 0, 1),
        "draw each note from the likeliest that together have probability P, {limits}",
        metavar="P",
        knob=NumberKnob(4, 0.05, 1, 0.01),
        path="controls.sampling.top_p",
    ),
    Control(
        "range",
        help="play only these notes: C3-C6 (C4 is middle C), or 48-84",
        metavar="LOW-HIGH",
        read=_read_ends,
    ),
    Control(
        "originality",
        ORIGINALITY,
        "never play N events in a row as in a piece that the preset was trained on, in any key, {limits}",
        metavar="N",
        optional=True,
    ),
    Control("step", STEP, "beats from one event to the next, 1/32..16; 0.5 is eighths", rhythm=False),
    Control(
        "rhythm-temperature",
        TEMPERATURE,
        "--temperature for when notes start and how long they last",
        metavar="T",
        rhythm=True,
        knob=NumberKnob(2, 0, 2, 0.05),
        path="controls.rhythm.temperature",
    ),
    Control(
        "rhythm-top-p",
        Range("top-p", 0, 1),
        "--top-p for when notes start and how long they last",
        metavar="P",
        rhythm=True,
        knob=NumberKnob(5, 0.05, 1, 0.01),
        path="controls.rhythm.top_p",
    ),
    Control(
        "dynamics-temperature",
        TEMPERATURE,
        "--temperature for how loud notes are",
        metavar="T",
        rhythm=True,
        knob=NumberKnob(3, 0, 2, 0.05),
        path="controls.dynamics.temperature",
    ),
    Control(
        "dynamics-top-p",
        Range("top-p", 0, 1),
        "--top-p for how loud notes are",
        metavar="P",
        rhythm=True,
        knob=NumberKnob(6, 0.05, 1, 0.01),
        path="controls.dynamics.top_p",
    ),
    Control(
        "shading",
        SHADING,
        "how much is added of the loudness of a performance, {limits}: accents, melody, arcs; 0 is as the "
        "network plays",
        metavar="S",
        rhythm=True,
        knob=NumberKnob(9, 0, 1, 0.05),
    ),
    Control(
        "key",
        help=f"play only notes of this key, keep to the one that you play in ({FOLLOW}), or to none ({ANY}); "
        f"scales: {', '.join(SCALES)}",
        metavar='"C minor"',
        rhythm=True,
        knob=ChoiceKnob(15, KEY_CHOICES),
        read=_read_key,
    ),
    Control(
        "chords",
        help="play to the chord of your notes below this one (C4), of all of them, or to none; without this "
        "option of all, and only in accompany",
        metavar="all|none|NOTE",
        rhythm=True,
        read=_read_chords,
    ),
    Control(
        "me",
        help="the part that you play, such as melody: segue leaves it to you; several: soprano,alto",
        metavar="PART",
        rhythm=True,
        read=_read_parts,
    ),
    Control(
        "max-notes",
        Range("the maximum number of notes in a chord", 1, 20, whole=True),
        "maximum number of notes in a chord, {limits}",
        metavar="N",
        rhythm=True,
    ),
    Control(
        "density",
        DENSITY,
        "above 0 plays more events, below 0 fewer, {limits}; 0 leaves it to the network",
        metavar="D",
        rhythm=True,
        knob=NumberKnob(7, -1, 1, 0.05, "+.2f"),
    ),
    Control(
        "transpose",
        Range("the transposition (semitones)", -12, 12, whole=True),
        "play this many semitones higher, {limits}",
        metavar="N",
        rhythm=True,
        knob=NumberKnob(11, -12, 12, 1, "+.0f"),
    ),
    Control(
        "recall",
        RECALL,
        "how readily motifs that were played come back, {limits}; 0 leaves it to the network",
        metavar="R",
        rhythm=True,
        knob=NumberKnob(8, 0, 1, 0.05),
    ),
    Control(
        "form",
        FORM,
        "how strictly the preset keeps to its form, {limits}: 0 not at all, 1 as it learned",
        metavar="F",
        rhythm=True,
    ),
    Control(
        "register",
        REGISTER,
        "above 0 plays higher notes, below 0 lower ones, {limits}",
        metavar="R",
        rhythm=True,
        knob=NumberKnob(10, -1, 1, 0.05, "+.2f"),
    ),
    Control(
        "quote",
        Range("quote", 0, 1),
        "how closely segue's turn takes up your phrase, {limits}: 0 ignores it, 1 quotes it",
        metavar="Q",
        rhythm=True,
        knob=NumberKnob(8, 0, 1, 0.05),
    ),
    Control(
        "match",
        Range("match", 0, 1),
        "how far segue's turn is as loud, as high and as dense as your phrase, {limits}",
        metavar="M",
        rhythm=True,
        knob=NumberKnob(8, 0, 1, 0.05),
    ),
    # The options of these say how a performance begins: `live.arguments.time` and `segue play` declare them.
    Control("swing", knob=NumberKnob(13, 50, 75, 1, ".0f"), path="swing"),
    Control("tempo", knob=NumberKnob(14, 40, 240, 1, ".4g"), path="bpm"),
    Control("mode", knob=ChoiceKnob(16, tuple(map(str, Mode)), tuple(Mode)), path="mode"),
    Control("meter", knob=ChoiceKnob(18, ("stays", "own"), (False, True)), path="own_meters"),
    Control("mute", knob=ChoiceKnob(17, ("off", "on"), (False, True)), path="muted"),
)
"""All controls, one row each, in the order of `--help`."""

OPTIONS = tuple(control for control in CONTROLS if control.help)
"""The controls that are options of `segue play` and `segue render`, and keys of a set file."""

_LIMITS = tuple(
    (control.argument, control.limits, control.optional)
    for control in OPTIONS
    if control.limits is not None and not control.path
)
"""The fields of `Controls` that are numbers; `Sampling` checks its own."""


@dataclass(frozen=True, slots=True)
class Controls:
    """How the next event is drawn and played.

    The table has the range of each number and says what it does. A classic network predicts one token and no
    rhythm: a control for score presets only does nothing to it.

    Attributes:
        sampling: how a token is drawn (classic), or which notes sound (score).
        step: beats. For any preset, how long it rests if the network fails.
        gate: a multiple of the step (classic), or of the duration that the network predicts (score).
        velocity: of every note (classic), or the mean (score).
        rhythm: how inter-onset intervals and durations are drawn.
        dynamics: how velocities are drawn.
        key: only notes of this key sound; None for any.
        lowest: the lowest MIDI note that may sound, 0..127.
        highest: the highest, 0..127, not below `lowest`.
        follow_key: whether to keep to the key that the musician plays in; None to do so in the modes of
            `DUETS`, where no `key` is set.
        originality: None for no limit.
        avoid: notes that must not sound, as MIDI numbers: those that the musician holds.
        chords_below: the musician's notes below this one make the chord that segue plays to, 0..128; None for
            all of them, and for no chord except in `ACCOMPANY`.
        mine: names of the parts that the musician plays; those that the preset does not have mean nothing.
        resting_parts: indices of the parts that leave the music to the musician.
        harmony: how surely each pitch class is of the musician's chord, which segue's notes keep to, C first,
            0..1, (12,); empty if there is none.
        implied: whether that chord is only implied by their melody.
        rate: events a quarter note of the musician's phrase, which the form then asks for as far as `match`
            says; None to leave it to the form.
        leanings: nats added to the notes of each pitch class, C first, so that segue keeps to the musician's
            key; empty to add nothing.
    """

    sampling: Sampling
    step: float
    gate: float
    velocity: int
    rhythm: Sampling = PLAIN
    dynamics: Sampling = PLAIN
    key: Key | None = None
    lowest: int = 0
    highest: int = 127
    max_notes: int = 20
    density: float = 0.0
    transpose: int = 0
    recall: float = 0.0
    form: float = 1.0
    shading: float = 0.0
    quote: float = 0.5
    match: float = 0.8
    register: float = 0.0
    follow_key: bool | None = None
    originality: int | None = None
    avoid: frozenset[int] = frozenset()
    chords_below: int | None = None
    mine: frozenset[str] = frozenset()
    resting_parts: frozenset[int] = frozenset()
    harmony: tuple[float, ...] = ()
    implied: bool = False
    rate: float | None = None
    leanings: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for field, limits, optional in _LIMITS:
            value = getattr(self, field)
            if value is not None or not optional:
                limits.check(value)
        check_note_range(self.lowest, self.highest)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return a preset's own values: its settings of the same names, and the defaults of the others."""
        own = {
            field.name: getattr(settings, field.name)
            for field in fields(cls)
            if hasattr(settings, field.name)
        }
        if settings.has_rhythm:
            own["gate"] = 1.0  # its network predicts durations; the setting is a share of the step
        return cls(**own)

    def given(self, control: Control, value: Any) -> Self:
        """Return these controls with one as a command or a file gives it.

        Args:
            control: one of `OPTIONS`.
            value: a number, or a text where the control reads one.

        Raises:
            SettingsError: if the value is not what the table says.
        """
        if control.read is not None:
            return replace(self, **control.read(value))
        return with_value(self, control.fields[1:], value)

    def follows(self, mode: Mode) -> bool:
        """Return whether segue keeps to the musician's key in this mode."""
        if self.follow_key is None:
            return self.key is None and mode in DUETS
        return self.follow_key

    def plays_to_chords(self, mode: Mode) -> bool:
        """Return whether segue keeps to the musician's chords in this mode: not where any key may sound."""
        if self.chords_below is not None:
            return self.chords_below > 0
        return mode is Mode.ACCOMPANY and (self.key is not None or self.follows(mode))

    @property
    def step_ticks(self) -> int:
        """Ticks from one event to the next."""
        return round(self.step * PPQ)

    @property
    def duration_ticks(self) -> int:
        """Ticks that a note sounds, at least 1."""
        return max(1, round(self.step * self.gate * PPQ))
