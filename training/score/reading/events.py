"""From notes with onsets to events on the grid."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm

from presets.music.encoding import DURATIONS, GRID, IOIS, Position
from presets.music.event import PPQ, Event, Note
from training.score.reading.bars import Bars

LONGEST_IOI = (IOIS - 1) * GRID
"""Ticks of the longest inter-onset interval that a network can tell: 16 quarter notes."""

LONGEST_DURATION = DURATIONS[-1] * GRID
"""Ticks of the longest duration that a network can tell: 16 quarter notes."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A note at its onset.

    Attributes:
        onset: ticks from the beginning of the piece, on the grid.
        note: MIDI note number, 0..127.
        duration: ticks from onset to note-off, 0 or more.
        velocity: 1..127.
        part: index of its part.
    """

    onset: int
    note: int
    duration: int
    velocity: int
    part: int = 0


def quantize(tick: int, ppq: int, grid: int) -> int:
    """Return the nearest position of a grid, in ticks of PPQ 480; of two equally near ones the later.

    Args:
        tick: of a file that counts `ppq` ticks a quarter note.
        ppq: 1 or more.
        grid: positions a quarter note, a divisor of 24.
    """
    return (2 * tick * grid + ppq) // (2 * ppq) * (PPQ // grid)


def gather(notes: Iterable[Struck], bars: Bars, grid: int) -> tuple[tuple[Event, ...], tuple[Position, ...]]:
    """Make events of notes, and say where in the bar each event falls.

    Notes with one onset are one event; of the same note twice in a part of it the longer and the louder
    counts. A note that its part strikes again while it sounds ends there. A silence that is longer than a
    network can tell loses whole bars, as few as possible.
    """
    chords: dict[int, dict[tuple[int, int], tuple[int, int]]] = {}
    for struck in notes:
        chord = chords.setdefault(struck.onset, {})
        key = struck.part, struck.note
        duration, velocity = chord.get(key, (0, 0))
        chord[key] = max(duration, struck.duration), max(velocity, struck.velocity)
    onsets = sorted(chords)
    positions = tuple(map(bars.position, onsets))
    iois = [
        _shorten(onset - before, position.bar, grid)
        for before, onset, position in zip(onsets[:1] + onsets, onsets, positions, strict=False)
    ]
    # From the end, so that each note knows when its part strikes it again.
    events: list[Event] = []
    struck_again: dict[tuple[int, int], int] = {}
    now = sum(iois)
    for onset, ioi in zip(reversed(onsets), reversed(iois), strict=True):
        event_notes: list[Note] = []
        for key, (duration, velocity) in chords[onset].items():
            longest = min(LONGEST_DURATION, struck_again.get(key, now + LONGEST_DURATION) - now)
            part, note = key
            event_notes.append(Note(note, max(GRID, min(duration, longest)), velocity, part))
            struck_again[key] = now
        events.append(Event.of(ioi, event_notes))
        now -= ioi
    return tuple(reversed(events)), positions


def _shorten(ioi: int, bar: int, grid: int) -> int:
    """Return an interval of at most `LONGEST_IOI`: without as few whole bars as will do."""
    if ioi <= LONGEST_IOI:
        return ioi
    bars = lcm(bar, PPQ // grid)
    shorter = ioi - -(-(ioi - LONGEST_IOI) // bars) * bars
    return shorter if shorter > 0 else LONGEST_IOI
