"""What a preset says of itself: tempo, meter, parts, and how to draw from its predictions."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from presets.errors import SegueError
from presets.event import PPQ
from presets.window import WINDOW_LENGTH


class SettingsError(SegueError):
    """A setting is outside its range."""


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise `SettingsError` unless low <= value <= high."""
    if not low <= value <= high:
        raise SettingsError(f"{name} must be {low:g}..{high:g}, got {value:g}")


@dataclass(frozen=True, slots=True)
class Sampling:
    """How one token is drawn from the network's probabilities.

    Attributes:
        temperature: 0..10; below 1 surer, above 1 wilder; 0 is argmax: always the likeliest token.
        top_k: draw among this many likeliest tokens only; 0 means all.
        top_p: draw among the fewest likeliest tokens that together have this probability, in (0, 1]
            (Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration").
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        check_range("temperature", self.temperature, 0.0, 10.0)
        if self.top_k < 0:
            raise SettingsError(f"top-k must be 0 (all tokens) or more, got {self.top_k}")
        if not 0.0 < self.top_p <= 1.0:
            raise SettingsError(f"top-p must be above 0 and at most 1, got {self.top_p:g}")


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
        check_range("a time signature's numerator", self.numerator, 1, 32)
        if self.denominator not in (1, 2, 4, 8, 16, 32):
            raise SettingsError(
                f"a time signature's denominator must be 1, 2, 4, 8, 16 or 32, got {self.denominator}"
            )

    @property
    def bar_ticks(self) -> int:
        """Ticks a bar."""
        return self.numerator * 4 * PPQ // self.denominator

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True, slots=True)
class Part:
    """One instrument of a preset.

    Attributes:
        name: what a player calls it.
        channel: MIDI channel 0..15 (files and screens show 1..16).
        program: General MIDI program 0..127, or None to leave the instrument's sound alone.
    """

    name: str
    channel: int = 0
    program: int | None = None

    def __post_init__(self) -> None:
        check_range(f"the channel of part {self.name!r}", self.channel, 0, 15)
        if self.program is not None:
            check_range(f"the program of part {self.name!r}", self.program, 0, 127)


@dataclass(frozen=True, slots=True)
class Settings:
    """A preset's own settings, which the command line may override.

    Attributes:
        name: lower-case letters, digits and hyphens; the bundle's folder has the same name.
        description: one line for a list.
        kind: the family of networks; only "classic" (the 2018 articles' LSTM) so far.
        window_length: events that the network sees, 1..1000.
        bpm: quarter notes a minute, 20..400.
        meter: time signature.
        step: beats from one event to the next, 1/32..16.
        gate: how much of its step a note sounds, 0.05..4 (above 1 it overlaps the next).
        velocity: of every note that it plays, 1..127.
        sampling: how a token is drawn.
        parts: at least one.
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
    parts: tuple[Part, ...] = field(default=(Part("piano"),))

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise SettingsError(
                f"a preset's name is lower-case letters, digits and single hyphens, got {self.name!r}"
            )
        if self.kind != "classic":
            raise SettingsError(f"a preset's kind must be 'classic', got {self.kind!r}")
        check_range("the window length", self.window_length, 1, 1000)
        check_range("the tempo (bpm)", self.bpm, 20, 400)
        check_range("the step (beats)", self.step, 1 / 32, 16)
        check_range("the gate", self.gate, 0.05, 4)
        check_range("the velocity", self.velocity, 1, 127)
        if not self.parts:
            raise SettingsError("a preset must have at least one part, got none")

    def to_json(self) -> dict[str, Any]:
        """Return the settings as plain values; channels as musicians count them, 1..16."""
        value = asdict(self)
        value["meter"] = str(self.meter)
        for part in value["parts"]:
            part["channel"] += 1
        value["parts"] = list(value["parts"])
        return value

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what `to_json` returned; `SettingsError` says what is wrong with anything else."""
        try:
            fields = dict(value)
            numerator, denominator = fields.pop("meter").split("/")
            parts = tuple(Part(**{**part, "channel": part["channel"] - 1}) for part in fields.pop("parts"))
            return cls(
                meter=Meter(int(numerator), int(denominator)),
                parts=parts,
                sampling=Sampling(**fields.pop("sampling")),
                **fields,
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SettingsError(f"a preset's settings are not as segue writes them: {error}") from error
