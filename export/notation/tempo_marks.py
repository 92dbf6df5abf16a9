"""Tempo marks: the first, and where the tempo is another for good."""

from collections.abc import Sequence

from export.notation.bars import QUARTER, UNIT, Bar
from export.tempo_map import TempoMap
from presets.sets.recording import Recording

CHANGE = 0.08
"""How much faster or slower (relatively) it must become, at least, to be written."""

ROUNDING = 0.0005
"""How far (relatively) a tempo may be from what is written: a recording counts whole microseconds a beat, and
a clock drifts."""


def tempo_marks(recording: Recording, bars: Sequence[Bar]) -> list[int | None]:
    """Return for each bar the quarter notes a minute that are written over it, or None.

    A tempo is written when it lasts: a single slow bar, as at a phrase's end, changes nothing.

    Args:
        recording: with the tempo map.
        bars: of the page, in order; some of the recording's may be missing.
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
