"""Where segue plays while it accompanies: beside the player's hands, and never on their notes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from live.core.controls.values import Controls
from presets.bundles.settings import DENSITY, Part
from presets.music.event import Note

ROOM = 18
"""Semitones that must be left to play in, an octave and a half; else the range stays as it is."""

CLEAR = 2
"""Semitones between the player's notes and segue's."""

SPARSER = 0.5
"""By how much the density is lower beside hands: measured, for a piano that is to strike about twice a second
at 120 beats per minute. It hears what hands strike as its own, and would go on as often as both."""


def beside(
    controls: Controls, parts: Sequence[Part], held: frozenset[int], lately: Sequence[Note]
) -> Controls:
    """Return the controls that keep clear of the player.

    No note that is held may sound. Of several parts, those whose register the player's notes are nearest to
    rest, if another is left. A single part plays in the widest stretch of its range that the player's notes
    leave free: below a high hand, above a low one, between two hands far apart. The density is lower, as far
    as there is a lower one. Without a note of the player's, the controls stay.

    Args:
        controls: as they are turned.
        parts: of the preset that plays, at least one.
        held: notes that the player holds, by a key or the pedal, as MIDI numbers.
        lately: the notes that he struck last; a bar or two of them tell where his hands are.
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
    """Return the parts that the notes are in, but for the one that has the fewest of them."""
    counts = Counter(
        min(range(len(parts)), key=lambda part: abs(parts[part].register - number)) for number in numbers
    )
    if len(counts) == len(parts):
        del counts[min(counts, key=counts.__getitem__)]
    return frozenset(counts)


def _widest(numbers: Sequence[int], lowest: int, highest: int) -> tuple[int, int]:
    """Return the widest stretch of a range that keeps clear of the notes; the range, if none has room."""
    inside = sorted({number for number in numbers if lowest - CLEAR <= number <= highest + CLEAR})
    ends = [lowest - CLEAR - 1, *inside, highest + CLEAR + 1]
    stretches = [(low + CLEAR + 1, high - CLEAR - 1) for low, high in pairwise(ends)]
    low, high = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    return (low, high) if high - low >= ROOM else (lowest, highest)
