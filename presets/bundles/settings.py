"""The settings of a preset: tempo, time signature, parts, and how to sample from its predictions."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from presets.bundles.kinds import KINDS, foreign_settings
from presets.errors import SegueError
from presets.music.event import PPQ
from presets.music.window import WINDOW_LENGTH


class SettingsError(SegueError):
    """A setting is outside its range."""


@dataclass(frozen=True, slots=True)
class Range:
    """The range of a number.

    Attributes:
        name: its name in errors.
        low: the minimum.
        high: the maximum.
        whole: whether it must be an integer.
    """

    name: str
    low: float
    high: float
    whole: bool = False

    def __str__(self) -> str:
        return f"{self.low:g}..{self.high:g}"

    def nearest(self, value: float) -> float:
        """Return the number of the range that is nearest to a value."""
        return max(self.low, min(self.high, value))

    def check(self, value: float) -> None:
        """Raise `SettingsError` unless the value is a number in the range."""
        if isinstance(value, bool) or not isinstance(value, int if self.whole else (int, float)):
            kind = "a whole number" if self.whole else "a number"
            raise SettingsError(f"{self.name} must be {kind}, got {value!r}")
        if not self.low <= value <= self.high:
            raise SettingsError(f"{self.name} must be {self}, got {value:g}")


BPM = Range("the tempo (bpm)", 20, 400)
STEP = Range("the step (beats)", 1 / 32, 16)
GATE = Range("the gate", 0.05, 4)
VELOCITY = Range("the velocity", 1, 127, whole=True)
TEMPERATURE = Range("temperature", 0, 10)
TOP_K = Range("top-k (0 is all)", 0, 1_000_000, whole=True)
WINDOW = Range("the window length", 1, 1000, whole=True)
RECALL = Range("recall", 0, 1)
DENSITY = Range("the density", -1, 1)
SHADING = Range("the shading", 0, 1)
FORM = Range("the form", 0, 4)
ORIGINALITY = Range("the originality (events)", 4, 64, whole=True)
NUMERATOR = Range("a time signature's numerator", 1, 32, whole=True)
CHANNEL = Range("a part's channel", 0, 15, whole=True)
PROGRAM = Range("a part's program", 0, 127, whole=True)
BANK = Range("a part's bank", 0, 16383, whole=True)
REGISTER = Range("a part's register", 0, 127, whole=True)
NOTE = Range("a note of the range", 0, 127, whole=True)


def check_text(name: str, value: str) -> None:
    """Raise `SettingsError` unless the value is one line of text."""
    if not isinstance(value, str) or not value.isprintable():
        raise SettingsError(f"{name} must be one line of text, got {value!r}")


def check_kind(kind: str) -> None:
    """Raise `SettingsError` unless there are presets of this kind."""
    if kind not in KINDS:
        kinds = " or ".join(map(repr, KINDS))
        raise SettingsError(f"a preset's kind must be {kinds}, got {kind!r}")


def check_note_range(lowest: int, highest: int) -> None:
    """Raise `SettingsError` unless these MIDI notes make a range."""
    NOTE.check(lowest)
    NOTE.check(highest)
    if lowest > highest:
        raise SettingsError(f"a range must go from a low note to a high one, got {lowest}..{highest}")


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to sample a token, or one field of an event, from the network's probabilities.

    Attributes:
        temperature: 0..10; below 1 safer, above 1 wilder; 0 is argmax: always the likeliest value.
        top_k: sample only among this many of the likeliest values; 0 means all.
        top_p: sample only among the smallest set of likeliest values that together reach this probability, in
            (0, 1] (Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration").
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        TEMPERATURE.check(self.temperature)
        TOP_K.check(self.top_k)
        if isinstance(self.top_p, bool) or not isinstance(self.top_p, int | float) or not 0 < self.top_p <= 1:
            raise SettingsError(f"top-p must be above 0 and at most 1, got {self.top_p!r}")


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature; a beat is a quarter note whatever the denominator.

    Attributes:
        numerator: 1..32.
        denominator: 1, 2, 4, 8, 16 or 32.
    """

    numerator: int = 4
    denominator: int = 4

    def __post_init__(self) -> None:
        NUMERATOR.check(self.numerator)
        if self.denominator not in (1, 2, 4, 8, 16, 32):
            raise SettingsError(
                f"a time signature's denominator must be 1, 2, 4, 8, 16 or 32, got {self.denominator}"
            )

    @property
    def bar_ticks(self) -> int:
        """Ticks in a bar."""
        return self.numerator * 4 * PPQ // self.denominator

    @property
    def is_compound(self) -> bool:
        """Whether a beat has three parts, as in 6/8."""
        return self.denominator >= 8 and self.numerator % 3 == 0

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True, slots=True)
class Part:
    """One instrument of a preset.

    Attributes:
        name: the musician's name for it.
        channel: MIDI channel 0..15 (files and screens show 1..16).
        program: General MIDI program 0..127, or None to leave the instrument's sound alone.
        register: MIDI note around which it plays, 0..127: the mean of its notes in the corpus. Score presets
            only.
        bank: bank of the program, 0..16383 (128 times CC 0, plus CC 32), or None to leave the instrument's
            bank alone. Only a part with a program may have a bank.
    """

    name: str
    channel: int = 0
    program: int | None = None
    register: int = 60
    bank: int | None = None

    def __post_init__(self) -> None:
        check_text("a part's name", self.name)
        CHANNEL.check(self.channel)
        if self.program is not None:
            PROGRAM.check(self.program)
        REGISTER.check(self.register)
        if self.bank is not None:
            BANK.check(self.bank)
            if self.program is None:
                raise SettingsError(
                    f"a part with a bank must also have a program, and {self.name!r} has only bank "
                    f"{self.bank}: name the program, or leave the bank out"
                )


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a preset; options on the command line override them.

    Attributes:
        name: lower-case letters, digits and hyphens; the bundle's folder has the same name.
        description: one line for a list.
        kind: the name of one of `presets.bundles.kinds.KINDS`.
        window_length: events that the network sees (classic), or hears to catch up with the music (score),
            1..1000.
        bpm: quarter notes per minute, 20..400.
        meter: time signature.
        step: beats from one event to the next, 1/32..16. Classic only.
        gate: length of a note as a share of its step, 0.05..4 (above 1 it overlaps the next). Classic only.
        velocity: classic: the velocity of every note it plays; score: the mean of the corpus; 1..127.
        sampling: how tokens are sampled (classic), or which notes (score).
        chords: how it is sampled whether a further note joins an event. Score only.
        rhythm: how inter-onset intervals are sampled. Score only.
        durations: how durations are sampled. Score only.
        dynamics: how velocities are sampled. Score only.
        bars: whether the network knows the position in the bar; if not, it knows only the position in the
            quarter note. Score only.
        recall: how readily motifs come back, from 0 (only if the network predicts it) to 1. Score only.
        density: -1..1; above 0 favours shorter inter-onset intervals, below 0 longer ones. It corrects a
            drift: music sampled event by event drifts to the fast passages, which have most of the events.
            Score only.
        form: how strictly the form is kept, 0..4: 0 not at all, 1 as the network has learned it. Score only.
        shading: how much of a performance's loudness is added to what the network plays, from 0 (none, for a
            corpus that has dynamics) to 1. Score only.
        originality: it never plays this many events in a row as in a training piece, 4..64; None for no
            limit. Score only.
        lowest: the lowest MIDI note that it plays, 0..127: the lowest of its corpus. Score only.
        highest: the highest MIDI note that it plays, not below `lowest`. Score only.
        parts: at least one part.
    """

    name: str
    description: str
    kind: str = "classic"
    window_length: int = WINDOW_LENGTH
    bpm: float = 120.0
    meter: Meter = Meter()
    step: float = 0.5
    gate: float = 0.9
    velocity: int = 80
    sampling: Sampling = Sampling()
    chords: Sampling = Sampling()
    rhythm: Sampling = Sampling()
    durations: Sampling = Sampling()
    dynamics: Sampling = Sampling()
    bars: bool = True
    recall: float = 0.0
    density: float = 0.0
    form: float = 1.0
    shading: float = 0.0
    originality: int | None = None
    lowest: int = 0
    highest: int = 127
    parts: tuple[Part, ...] = field(default=(Part("piano"),))

    def __post_init__(self) -> None:
        check_text("a preset's name", self.name)
        check_text("a preset's description", self.description)
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise SettingsError(
                f"a preset's name is lower-case letters, digits and single hyphens, got {self.name!r}"
            )
        check_kind(self.kind)
        WINDOW.check(self.window_length)
        BPM.check(self.bpm)
        STEP.check(self.step)
        GATE.check(self.gate)
        VELOCITY.check(self.velocity)
        RECALL.check(self.recall)
        DENSITY.check(self.density)
        FORM.check(self.form)
        SHADING.check(self.shading)
        if self.originality is not None:
            ORIGINALITY.check(self.originality)
        check_note_range(self.lowest, self.highest)
        if not isinstance(self.bars, bool):
            raise SettingsError(f"whether a preset knows bars must be true or false, got {self.bars!r}")
        if not self.parts:
            raise SettingsError("a preset must have at least one part, got none")

    @property
    def has_rhythm(self) -> bool:
        """Whether presets of this kind know rhythm; if not, events come in steps."""
        return KINDS[self.kind].has_rhythm

    @property
    def events_kept(self) -> int:
        """Events in a window while this preset plays: `WINDOW_LENGTH`, or more if its network sees more."""
        return max(WINDOW_LENGTH, self.window_length)

    def to_json(self) -> dict[str, Any]:
        """Return the settings that this kind has as plain values; channels are numbered 1..16."""
        foreign = foreign_settings(KINDS[self.kind])
        value = {name: of_it for name, of_it in asdict(self).items() if name not in foreign}
        value["meter"] = str(self.meter)
        if self.originality is None:
            value.pop("originality", None)
        for part in value["parts"]:
            if part["bank"] is None:
                del part["bank"]
        value["parts"] = [
            {
                **{name: of_it for name, of_it in part.items() if name not in foreign},
                "channel": part["channel"] + 1,
            }
            for part in value["parts"]
        ]
        return value

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what `to_json` returned; `SettingsError` says what is wrong with anything else."""
        try:
            fields = dict(value)
            check_kind(fields["kind"])
            foreign = foreign_settings(KINDS[fields["kind"]])
            parts = fields.pop("parts")
            if found := foreign & {*fields, *(name for part in parts for name in part)}:
                raise SettingsError(
                    f"a {fields['kind']} preset has no {min(found)!r}: take it out, or choose another kind"
                )
            numerator, denominator = fields.pop("meter").split("/")
            if "rhythm" not in foreign:
                # Presets that were exported before each kind of choice had its own sampling.
                fields.setdefault("chords", {"temperature": fields["sampling"]["temperature"]})
                fields.setdefault("durations", fields["rhythm"])
            for name in {"sampling", "chords", "rhythm", "durations", "dynamics"} - foreign:
                fields[name] = Sampling(**fields[name])
            return cls(
                meter=Meter(int(numerator), int(denominator)),
                parts=tuple(Part(**{**part, "channel": part["channel"] - 1}) for part in parts),
                **fields,
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SettingsError(f"a preset's settings are not as segue writes them: {error}") from error
