"""Share the notes between two hands: a dividing line between them moves with the music."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from export.notation.bars import QUARTER, UNIT
from export.notation.clefs import BASS, TREBLE, ledger_lines
from presets.music.event import PPQ
from presets.sets.recording import Recorded

TOGETHER = PPQ // 16
"""Notes that begin within this many ticks are one chord."""

OCTAVE = 12
FINGERS = 5
BEAM = 24
"""Width of the beam search: the number of best ways to share the notes so far that are kept."""

MOVING, STRETCHING, LEDGER, CROSSING, FINGER = 0.06, 0.8, 0.35, 0.6, 4.0
"""Costs for a hand: to move by a semitone, to stretch a semitone beyond an octave, a ledger line on its
staff, to reach over the other hand, and each note more than it has fingers."""

LEFT_HOME, RIGHT_HOME = 50.0, 69.0


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to share the notes so far: its cost, the positions of the hands, and the left hand's notes."""

    cost: float
    left: float
    right: float
    left_tick: int
    right_tick: int
    splits: tuple[int, ...]


def split_hands(notes: Iterable[Recorded]) -> tuple[list[Recorded], list[Recorded]]:
    """Return the notes of the right hand, and those of the left.

    The left hand gets the lower notes of each chord. Of all ways to share the notes, this function takes the
    one that moves and stretches the hands least and needs the fewest ledger lines.

    Args:
        notes: the notes in order of their onsets.
    """
    chords = [sorted(chord, key=lambda note: note.note) for chord in _together(notes)]
    ways = [_Way(0.0, LEFT_HOME, RIGHT_HOME, 0, 0, ())]
    settled: list[int] = []
    for chord in chords:
        grown = [_extend(way, chord, split) for way in ways for split in range(len(chord) + 1)]
        grown.sort(key=lambda way: way.cost)
        ways = grown[:BEAM]
        if len(ways[0].splits) > 2 * BEAM:
            # All good ways have long agreed on the older notes, so these need not be kept.
            best = ways[0].splits
            settled += best[:BEAM]
            ways = [
                _Way(w.cost, w.left, w.right, w.left_tick, w.right_tick, w.splits[BEAM:])
                for w in ways
                if w.splits[:BEAM] == best[:BEAM]
            ]
    settled += ways[0].splits
    right = [note for chord, split in zip(chords, settled, strict=True) for note in chord[split:]]
    left = [note for chord, split in zip(chords, settled, strict=True) for note in chord[:split]]
    return sorted(right), sorted(left)


def _together(notes: Iterable[Recorded]) -> list[list[Recorded]]:
    chords: list[list[Recorded]] = []
    for note in notes:
        if chords and note.tick - chords[-1][0].tick <= TOGETHER:
            chords[-1].append(note)
        else:
            chords.append([note])
    return chords


def _extend(way: _Way, chord: Sequence[Recorded], split: int) -> _Way:
    tick = chord[0].tick
    left, right = [note.note for note in chord[:split]], [note.note for note in chord[split:]]
    cost = way.cost
    left_at, right_at, left_tick, right_tick = way.left, way.right, way.left_tick, way.right_tick
    if left:
        cost += _hand(left, way.left, tick - way.left_tick)
        cost += LEDGER * sum(ledger_lines(note, BASS) for note in left)
        cost += CROSSING * (left[-1] > way.right)
        left_at, left_tick = sum(left) / len(left), tick
    if right:
        cost += _hand(right, way.right, tick - way.right_tick)
        cost += LEDGER * sum(ledger_lines(note, TREBLE) for note in right)
        cost += CROSSING * (right[0] < way.left)
        right_at, right_tick = sum(right) / len(right), tick
    return _Way(cost, left_at, right_at, left_tick, right_tick, (*way.splits, split))


def _hand(notes: Sequence[int], at: float, ticks: int) -> float:
    """Return the cost for a hand to play notes, `ticks` after it played around `at`."""
    way = abs(sum(notes) / len(notes) - at) / (1 + ticks / UNIT / QUARTER / 2)
    stretch = max(0, notes[-1] - notes[0] - OCTAVE)
    return MOVING * way + STRETCHING * stretch + FINGER * max(0, len(notes) - FINGERS)
