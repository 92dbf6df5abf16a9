"""Where segue plays while it accompanies: away from the musician's hands, and never on their notes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from live.core.controls.table import Controls
from presets.bundles.settings import DENSITY, Part
from presets.music.event import Note

ROOM = 18
"""Minimum size of a free stretch in semitones, an octave and a half; else the range stays as it is."""

CLEAR = 2
"""Semitones between the musician's notes and segue's."""

SPARSER = 0.5
"""How much to lower the density while the musician plays. Measured: a piano preset then plays about twice a
second at 120 beats per minute. The network takes the musician's notes for its own, and would otherwise play
as often as both together."""


def keep_clear(
    controls: Controls, parts: Sequence[Part], held: frozenset[int], lately: Sequence[Note]
) -> Controls:
    """Return the controls changed so that segue keeps clear of the musician.

    Held notes may not sound. Among several parts, those in the musician's registers rest, as long as another
    part is left. A single part plays in the widest stretch of its range that the musician leaves free: below
    a high hand, above a low one, or between two hands far apart. The density is lowered. If the musician has
    played no notes, the controls stay as they are.

    Args:
        controls: as they are set.
        parts: the parts of the preset that plays, at least one.
        held: MIDI numbers of the notes that the musician holds, by a key or the pedal.
        lately: the notes that they played last; a bar or two of them show where their hands are.
    """
    numbers = [note.note for note in lately] + list(held)
    if not numbers:
        return controls
    resting = _taken(numbers, parts) | controls.resting_parts
    lowest, highest = controls.lowest, controls.highest
    if len(parts) == 1:
        lowest, highest = _widest(numbers, lowest, highest)
    return replace(
        controls,
        avoid=controls.avoid | held,
        resting_parts=resting if len(resting) < len(parts) else controls.resting_parts,
        lowest=lowest,
        highest=highest,
        density=max(DENSITY.low, controls.density - SPARSER),
    )


def _taken(numbers: Sequence[int], parts: Sequence[Part]) -> frozenset[int]:
    """Return the parts whose registers the notes are in; if that is every part, leave out the sparsest."""
    counts: Counter[int] = Counter()
    for number, times in Counter(numbers).items():
        counts[min(range(len(parts)), key=lambda part: abs(parts[part].register - number))] += times
    if len(counts) == len(parts):
        del counts[min(counts, key=counts.__getitem__)]
    return frozenset(counts)


def _widest(numbers: Sequence[int], lowest: int, highest: int) -> tuple[int, int]:
    """Return the widest stretch of a range clear of the notes; the whole range if none is wide enough."""
    inside = sorted({number for number in numbers if lowest - CLEAR <= number <= highest + CLEAR})
    ends = [lowest - CLEAR - 1, *inside, highest + CLEAR + 1]
    stretches = [(low + CLEAR + 1, high - CLEAR - 1) for low, high in pairwise(ends)]
    low, high = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    return (low, high) if high - low >= ROOM else (lowest, highest)
