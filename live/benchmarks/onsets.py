"""Measure how late onsets came: compares the onsets that a listener heard with the times they were due."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from live.benchmarks.setting import NotMeasuredError
from live.benchmarks.statistics import quantile

IN_TIME = 0.05
"""The share of the earliest onsets that counts as in time: a single early onset must not make all others
late."""

RESOLUTION_SECONDS = 1 / 48_000
"""A frame at 48 kHz. Less than that is not late: JACK places a message on a frame, and a byte on a MIDI
cable takes fifteen frames."""


@dataclass(frozen=True, slots=True)
class Onset:
    """A note-on.

    Attributes:
        at: seconds, from the origin of its source.
        channel: 0..15.
        note: MIDI note number.
    """

    at: float
    channel: int
    note: int


def late_on_grid(onsets: Sequence[Onset], step_seconds: float) -> list[float]:
    """Return how many seconds each onset is off its step, relative to the earliest twentieth.

    The delay that all messages share is unknown, and left out. An onset belongs to the nearest step of a grid
    through the first onset, so it must be less than half a step off. Too early counts like too late.

    Raises:
        NotMeasuredError: if there is no onset.
    """
    first = onsets[0].at if onsets else 0.0
    steps = [round((onset.at - first) / step_seconds) for onset in onsets]
    return _off_the_earliest(
        [onset.at - step * step_seconds for onset, step in zip(onsets, steps, strict=True)]
    )


def late_after(heard: Sequence[Onset], due: Sequence[Onset]) -> list[float]:
    """Return how many seconds each heard onset is off its due time, relative to the earliest twentieth.

    Args:
        heard: in order of arrival.
        due: when each is due, in the order of sending; onsets that were not heard are skipped.

    Raises:
        NotMeasuredError: if none was heard.
    """
    return _off_the_earliest(_distances(heard, due))


def drift(heard: Sequence[Onset], due: Sequence[Onset]) -> float:
    """Return how many seconds later the last onset came than the first, each relative to its due time.

    Raises:
        NotMeasuredError: if none was heard.
    """
    distances = _distances(heard, due)
    if not distances:
        raise NotMeasuredError("no note arrived")
    return distances[-1] - distances[0]


def count_steps(onsets: Sequence[Onset], step_seconds: float) -> int:
    """Return how many steps of the grid have an onset."""
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
