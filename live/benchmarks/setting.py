"""The input and the results of a benchmark."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from presets.errors import SegueError


class NotMeasuredError(SegueError):
    """A benchmark cannot run on this computer; the others still run."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How to measure.

    Attributes:
        preset: name or folder of the preset; None for the benchmark's own choice.
        seconds: how long each part plays; None for the benchmark's own choice.
        backend: the MIDI system; None for the one that segue chooses.
        say: reports the progress.
    """

    preset: str | None
    seconds: float | None
    backend: str | None
    say: Callable[[str], None]

    @property
    def backend_arguments(self) -> list[str]:
        """The options that make another segue process use the same MIDI system."""
        return ["--backend", self.backend] if self.backend else []


@dataclass(frozen=True, slots=True)
class Row:
    """The measurements of one thing.

    Attributes:
        what: the thing.
        unit: the unit of every measurement.
        figures: the measurements by name, such as `median`, `p99`, `max`.
    """

    what: str
    unit: str
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """The results of a benchmark.

    Attributes:
        rows: the measurements.
        remarks: notes that explain the rows, one sentence each.
    """

    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()
