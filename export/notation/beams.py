"""Decide which short notes share a beam."""

from collections.abc import Sequence
from itertools import pairwise

from export.notation.bars import QUARTER, beat_places, weights
from export.notation.durations import Value
from presets.bundles.settings import Meter

LEVELS = {"eighth": 1, "16th": 2, "32nd": 3}
"""Number of beams of each value."""


def beams(values: Sequence[Value], sounding: Sequence[bool], meter: Meter) -> list[tuple[str, ...]]:
    """Return the beams of each value of a voice in a bar, from the eighth's beam down, named as in MusicXML.

    Notes are beamed within a beat, and eighths also within half a bar; rests and longer notes break beams.

    Args:
        values: all values of the bar, in order.
        sounding: which of them are notes.
        meter: the time signature of the bar.
    """
    found: list[tuple[str, ...]] = [()] * len(values)
    for group in _groups(values, sounding, meter):
        levels = [LEVELS[values[index].kind] for index in group]
        for place, index in enumerate(group):
            found[index] = tuple(
                _state(level, place, levels, values[index]) for level in range(1, levels[place] + 1)
            )
    return found


def _groups(values: Sequence[Value], sounding: Sequence[bool], meter: Meter) -> list[list[int]]:
    """Return the groups of values that share a beam, as indices, at least two each."""
    window = _windows(values, sounding, meter)
    groups: list[list[int]] = []
    for index, value in enumerate(values):
        if not sounding[index] or value.kind not in LEVELS:
            groups.append([])
        elif groups and groups[-1] and window[index] == window[index - 1]:
            groups[-1].append(index)
        else:
            groups.append([index])
    return [group for group in groups if len(group) > 1]


def _windows(values: Sequence[Value], sounding: Sequence[bool], meter: Meter) -> list[int]:
    """Return for each value the beginning of the span in which it may be beamed: its beat or half bar."""
    beats = beat_places(meter)
    window = [max(begin for begin in beats if begin <= value.begin) for value in values]
    for begin, end in _halves(meter):
        inside = [index for index, value in enumerate(values) if begin <= value.begin < end]
        if all(sounding[index] and _is_plain_eighth(values[index]) for index in inside):
            for index in inside:
                window[index] = begin
    return window


def _halves(meter: Meter) -> list[tuple[int, int]]:
    """Return the halves of a bar of quarters, up to three quarters each; beams may cross beats in them."""
    beats, weight = beat_places(meter), weights(meter)
    if len(beats) == 2 or beats[1] != QUARTER:
        return []
    middles = [place for place in beats[1:-1] if weight[place] > weight[beats[1]]]
    return [(begin, end) for begin, end in pairwise((0, *middles, beats[-1])) if end - begin <= 3 * QUARTER]


def _is_plain_eighth(value: Value) -> bool:
    return value.kind == "eighth" and value.dots == 0 and value.tuplet is None


def _state(level: int, place: int, levels: Sequence[int], value: Value) -> str:
    before = place > 0 and levels[place - 1] >= level
    after = place + 1 < len(levels) and levels[place + 1] >= level
    if before:
        return "continue" if after else "stop"
    if after:
        return "start"
    # Alone on its level: the stub points to the note with which this one fills an eighth.
    is_first, is_last = place == 0, place + 1 == len(levels)
    points_on = is_first or (not is_last and value.begin % (QUARTER // 2) == 0)
    return "partial-right" if points_on else "partial-left"
