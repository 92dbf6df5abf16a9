"""What a benchmark is told, and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from presets.errors import SegueError


class NotMeasuredError(SegueError):
    """This machine does not allow a benchmark; the others still run."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How to measure.

    Attributes:
        preset: name or folder of the preset; None for the benchmark's own choice.
        seconds: how long each part plays; None for the benchmark's own choice.
        backend: MIDI system; None for the one that segue chooses by itself.
        say: tells whoever waits what is being done.
    """

    preset: str | None
    seconds: float | None
    backend: str | None
    say: Callable[[str], None]

    @property
    def backend_arguments(self) -> list[str]:
        """What tells another process of segue's to use the same MIDI system."""
        return ["--backend", self.backend] if self.backend else []


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one thing.

    Attributes:
        what: the thing.
        unit: of every figure.
        figures: by name, such as `median`, `p99`, `max`.
    """

    what: str
    unit: str
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a benchmark found.

    Attributes:
        rows: the figures.
        remarks: what must be known to read them, one sentence each.
    """

    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()
