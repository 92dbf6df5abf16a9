"""Place tempo marks: at the beginning, and where the tempo changes for good."""

from collections.abc import Sequence

from export.notation.bars import QUARTER, UNIT, Bar
from export.tempo_map import TempoMap
from presets.sets.recording import Recording

CHANGE = 0.08
"""Minimum relative change of the tempo for a new tempo mark."""

ROUNDING = 0.0005
"""Relative tolerance: a recording has whole microseconds per beat, and clocks drift."""


def tempo_marks(recording: Recording, bars: Sequence[Bar]) -> list[int | None]:
    """Return for each bar its tempo mark in quarter notes per minute, or None.

    Only a tempo that lasts gets a mark: a single slow bar, as at the end of a phrase, does not.

    Args:
        recording: the recording with the tempos.
        bars: the bars of the page, in order; some bars of the recording may be missing.
    """
    tempo_map = TempoMap(recording)
    played = [_bpm(tempo_map, bar) for bar in bars]
    marks: list[int | None] = []
    written: float | None = None
    for index, bpm in enumerate(played):
        following = played[min(index + 1, len(played) - 1)]
        is_new = written is None or (_is_new(bpm, written) and not _is_new(following, bpm))
        marks.append(round(bpm) if is_new else None)
        if is_new:
            written = bpm
    return marks


def _is_new(bpm: float, before: float) -> bool:
    return abs(bpm / before - 1) >= CHANGE - ROUNDING


def _bpm(tempo_map: TempoMap, bar: Bar) -> float:
    seconds = tempo_map.seconds_at(bar.end * UNIT) - tempo_map.seconds_at(bar.begin * UNIT)
    return 60 * bar.length / QUARTER / max(seconds, 1e-9)
