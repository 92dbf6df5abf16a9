"""How late onsets came, seen by one who hears them and knows when they belong."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from live.benchmarks.setting import NotMeasuredError
from live.benchmarks.statistics import quantile

IN_TIME = 0.05
"""The share of the earliest onsets that sets what is in time: a single early one must not make all others
late."""

RESOLUTION_SECONDS = 1 / 48_000
"""Less than a frame at 48 kHz is no lateness: a JACK message stands on a frame, and a byte on a MIDI cable
takes fifteen of them."""


@dataclass(frozen=True, slots=True)
class Onset:
    """A note-on.

    Attributes:
        at: seconds, from wherever its source counts.
        channel: 0..15.
        note: MIDI note number.
    """

    at: float
    channel: int
    note: int


def late_on_grid(onsets: Sequence[Onset], step_seconds: float) -> list[float]:
    """Return by how many seconds each onset came off its step, counted from the earliest twentieth.

    What every message takes alike to arrive is unknown and left out. An onset is of the step that is nearest
    on a grid through the first one, so none may be half a step off it. Too early counts like too late.

    Raises:
        NotMeasuredError: if there is no onset.
    """
    first = onsets[0].at if onsets else 0.0
    steps = [round((onset.at - first) / step_seconds) for onset in onsets]
    return _off_the_earliest(
        [onset.at - step * step_seconds for onset, step in zip(onsets, steps, strict=True)]
    )


def late_after(heard: Sequence[Onset], due: Sequence[Onset]) -> list[float]:
    """Return by how many seconds each onset heard came off its moment, counted from the earliest twentieth.

    Args:
        heard: in order of arrival.
        due: when each belongs, in the order of sending; what was not heard is passed over.

    Raises:
        NotMeasuredError: if none was heard.
    """
    return _off_the_earliest(_distances(heard, due))


def drift(heard: Sequence[Onset], due: Sequence[Onset]) -> float:
    """Return by how many seconds the last onset came later than the first, each against its moment.

    Raises:
        NotMeasuredError: if none was heard.
    """
    distances = _distances(heard, due)
    if not distances:
        raise NotMeasuredError("no note arrived")
    return distances[-1] - distances[0]


def count_steps(onsets: Sequence[Onset], step_seconds: float) -> int:
    """Return on how many steps of the grid there is an onset."""
    return len({round((onset.at - onsets[0].at) / step_seconds) for onset in onsets})


def _distances(heard: Sequence[Onset], due: Sequence[Onset]) -> list[float]:
    blocks = SequenceMatcher(None, _what(heard), _what(due), autojunk=False).get_matching_blocks()
    return [
        heard[block.a + index].at - due[block.b + index].at for block in blocks for index in range(block.size)
    ]


def _what(onsets: Sequence[Onset]) -> list[tuple[int, int]]:
    return [(onset.channel, onset.note) for onset in onsets]


def _off_the_earliest(distances: Sequence[float]) -> list[float]:
    if not distances:
        raise NotMeasuredError("no note arrived")
    in_time = quantile(distances, IN_TIME)
    return [abs(seconds - in_time) for seconds in distances]
