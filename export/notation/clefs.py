"""Choose clefs: the clef with the fewest ledger lines, and where a change is worth it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = (0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 5, 6)
"""For each pitch class, the step of the scale on which it is usually written: C is 0."""


@dataclass(frozen=True, slots=True)
class Clef:
    """A clef.

    Attributes:
        name: the name of its class in music21.
        bottom: step of the lowest line, with 7 steps to an octave; C-1, MIDI note 0, is step 0.
        strangeness: how hard it is to read, in ledger lines (to the power of `GROWTH`) per note.
    """

    name: str
    bottom: int
    strangeness: float = 0.0

    @property
    def top(self) -> int:
        """Step of the highest line."""
        return self.bottom + 8


TREBLE, BASS, TENOR = Clef("TrebleClef", 37), Clef("BassClef", 25), Clef("Treble8vbClef", 30)
"""G4 on the second line; F3 on the fourth; and the tenor clef, an octave below the treble."""

HIGH, LOW = Clef("Treble8vaClef", 44, strangeness=5.0), Clef("Bass8vbClef", 18, strangeness=5.0)
"""An octave above the treble and an octave below the bass, for notes with four or more ledger lines."""

CHANGE, GROWTH = 16.0, 1.5
"""Ledger lines that a clef change must save; the exponent makes two lines cost more than twice one."""


def ledger_lines(note: int, clef: Clef) -> int:
    """Return how many ledger lines a MIDI note needs."""
    step = 7 * (note // 12) + STEPS[note % 12]
    return max(0, (step - clef.top) // 2, (clef.bottom - step) // 2)


def mean_ledger_lines(notes: Sequence[int], clef: Clef) -> float:
    """Return how many ledger lines notes need, on average."""
    return sum(ledger_lines(note, clef) for note in notes) / max(1, len(notes))


def choose_clefs(bars: Iterable[Sequence[int]], clefs: Sequence[Clef]) -> list[Clef]:
    """Return the clef of each bar of a staff.

    Args:
        bars: the MIDI notes of each bar.
        clefs: the clefs to choose from, the usual one first.
    """
    costs = [0.0, *(CHANGE / 4 for _ in clefs[1:])]
    came_from: list[list[int]] = []
    for notes in bars:
        origins = [
            min(range(len(clefs)), key=lambda before: costs[before] + CHANGE * (before != clef))
            for clef in range(len(clefs))
        ]
        costs = [
            costs[origin]
            + CHANGE * (origin != index)
            + sum(clef.strangeness + ledger_lines(note, clef) ** GROWTH for note in notes)
            for index, (origin, clef) in enumerate(zip(origins, clefs, strict=True))
        ]
        came_from.append(origins)
    index = min(range(len(clefs)), key=costs.__getitem__)
    chosen: list[Clef] = []
    for origins in reversed(came_from):
        chosen.append(clefs[index])
        index = origins[index]
    return chosen[::-1]
