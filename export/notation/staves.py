"""Decide how many staves a track has, and which notes go on each."""

from collections.abc import Sequence

from export.notation.clefs import BASS, HIGH, LOW, TENOR, TREBLE, Clef, mean_ledger_lines
from export.notation.hands import TOGETHER, split_hands
from presets.sets.recording import Recorded

FEW_CHORDS = 0.15
"""A track is a melody if at most this share of its onsets has several notes."""

MELODY_LEDGERS, CHORDS_LEDGERS = 0.8, 0.3
"""Maximum mean number of ledger lines per note on a single staff."""

TENOR_SAVES = 0.6
"""Ledger lines per note that the tenor clef must save, because fewer readers know it."""

WIDEST_CHORDS = 16
"""Semitones: if most chords are wider, they are for two hands."""


def lay_on_staves(notes: Sequence[Recorded]) -> list[tuple[tuple[Clef, ...], list[Recorded]]]:
    """Return for each staff, from the top, its clefs (the usual one first) and its notes.

    A melody, or chords within a hand's reach, get one staff; music for two hands gets two staves.

    Args:
        notes: the notes of a track, in order of their onsets, at least one.
    """
    numbers = [note.note for note in notes]
    sizes = _chord_spans(notes)
    is_melody = sum(span > 0 for span in sizes) <= FEW_CHORDS * len(sizes)
    treble, bass = (mean_ledger_lines(numbers, clef) for clef in (TREBLE, BASS))
    nearest, other, lines = (TREBLE, BASS, treble) if treble <= bass else (BASS, TREBLE, bass)
    if is_melody and mean_ledger_lines(numbers, TENOR) < lines - TENOR_SAVES:
        return [((TENOR,), list(notes))]
    is_narrow = sum(span > WIDEST_CHORDS for span in sizes) <= FEW_CHORDS * len(sizes)
    if lines <= (MELODY_LEDGERS if is_melody else CHORDS_LEDGERS) and is_narrow:
        return [((nearest, other, HIGH, LOW), list(notes))]
    right, left = split_hands(notes)
    return [((TREBLE, BASS, HIGH, LOW), right), ((BASS, TREBLE, HIGH, LOW), left)]


def _chord_spans(notes: Sequence[Recorded]) -> list[int]:
    """Return the semitones from the lowest to the highest note of each onset."""
    spans: list[tuple[int, int, int]] = []
    for note in notes:
        if spans and note.tick - spans[-1][0] <= TOGETHER:
            tick, low, high = spans[-1]
            spans[-1] = tick, min(low, note.note), max(high, note.note)
        else:
            spans.append((note.tick, note.note, note.note))
    return [high - low for _, low, high in spans]
