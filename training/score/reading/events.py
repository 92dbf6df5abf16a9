"""Gather notes with onsets into events on the grid."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm

from presets.music.encoding import DURATIONS, GRID, IOIS, Position
from presets.music.event import PPQ, Event, Note
from training.score.reading.bars import Bars

LONGEST_IOI = (IOIS - 1) * GRID
"""Ticks of the longest inter-onset interval that a network can predict: 16 quarter notes."""

LONGEST_DURATION = DURATIONS[-1] * GRID
"""Ticks of the longest duration that a network can predict: 16 quarter notes."""


@dataclass(frozen=True, slots=True)
class TimedNote:
    """A note with its onset.

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
    """Return the nearest position on a grid, in ticks of PPQ 480; the later one if two are equally near.

    Args:
        tick: a tick in a file with `ppq` ticks per quarter note.
        ppq: 1 or more.
        grid: positions per quarter note, a divisor of 24.
    """
    return (2 * tick * grid + ppq) // (2 * ppq) * (PPQ // grid)


def gather(
    notes: Iterable[TimedNote], bars: Bars, grid: int
) -> tuple[tuple[Event, ...], tuple[Position, ...]]:
    """Return the events of notes, and the position of each event in the bar.

    Notes with the same onset are one event. If a part has the same note twice in an event, the event gets one
    note with the longer duration and the higher velocity. If a part plays a note again while it sounds, the
    first one ends there. A silence that is longer than a network can predict is shortened by whole bars, as
    few as possible.
    """
    chords: dict[int, dict[tuple[int, int], tuple[int, int]]] = {}
    for timed in notes:
        chord = chords.setdefault(timed.onset, {})
        key = timed.part, timed.note
        duration, velocity = chord.get(key, (0, 0))
        chord[key] = max(duration, timed.duration), max(velocity, timed.velocity)
    onsets = sorted(chords)
    positions = tuple(map(bars.position, onsets))
    iois = [
        _shorten(onset - before, position.bar, grid)
        for before, onset, position in zip(onsets[:1] + onsets, onsets, positions, strict=False)
    ]
    # Go backwards, so that each note knows when its part plays it again.
    events: list[Event] = []
    next_onset: dict[tuple[int, int], int] = {}
    now = sum(iois)
    for onset, ioi in zip(reversed(onsets), reversed(iois), strict=True):
        event_notes: list[Note] = []
        for key, (duration, velocity) in chords[onset].items():
            longest = min(LONGEST_DURATION, next_onset.get(key, now + LONGEST_DURATION) - now)
            part, note = key
            event_notes.append(Note(note, max(GRID, min(duration, longest)), velocity, part))
            next_onset[key] = now
        events.append(Event.of(ioi, event_notes))
        now -= ioi
    return tuple(reversed(events)), positions


def _shorten(ioi: int, bar: int, grid: int) -> int:
    """Return an interval of at most `LONGEST_IOI`, shortened by as few whole bars as possible."""
    if ioi <= LONGEST_IOI:
        return ioi
    bars = lcm(bar, PPQ // grid)
    shorter = ioi - -(-(ioi - LONGEST_IOI) // bars) * bars
    return shorter if shorter > 0 else LONGEST_IOI
