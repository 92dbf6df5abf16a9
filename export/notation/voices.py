"""Divide a staff into voices: which notes form chords, and which move independently."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from export.notation.bars import QUARTER, Bar, beat_places
from export.notation.quantising import Placed

BEAM = 32
"""Width of the beam search: the number of best ways to divide the notes so far that are kept."""

CUT, UNEVEN, SECOND, ALONE, BOTH, CROSSING, LEAP, GAP = 0.55, 0.35, 0.5, 0.4, 0.12, 1.5, 0.015, 0.15
"""Costs: to cut a quarter's length off a note that still sounds; notes of one chord that end a quarter apart;
to begin a second voice; to leave the first voice silent meanwhile; to begin notes in both voices at once; to
cross the other voice; to leap by a semitone; a silence within the second voice."""

LONGEST = 2 * QUARTER
"""Longer lengths count as this: the pedal holds notes longer than anyone writes them."""

STACCATO = 0.4
"""A note that sounds for at most this share of its written length gets a staccato dot."""


@dataclass(frozen=True, slots=True)
class Chord:
    """Notes of a voice that begin and end together.

    Attributes:
        begin: units from the recording's beginning.
        end: units, after `begin`.
        notes: MIDI note numbers, rising.
        staccato: whether they sound much shorter than they are written.
    """

    begin: int
    end: int
    notes: tuple[int, ...]
    staccato: bool = False


_Onset = tuple[Placed, ...]
"""Notes that begin together, rising."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to divide the notes so far.

    Attributes:
        cost: its cost.
        ends: the ends of the sounding notes in the upper and in the lower voice.
        last: the last MIDI notes of each voice, rising.
        splits: how many notes of each onset belong to the lower voice.
    """

    cost: float
    ends: tuple[int, int]
    last: tuple[Sequence[int], Sequence[int]]
    splits: tuple[int, ...]


def divide_voices(notes: Iterable[Placed], bars: Sequence[Bar]) -> tuple[list[Chord], list[Chord]]:
    """Return the chords of the upper and the lower voice; music that needs only one voice uses the upper.

    Chords of a voice never overlap: a note is cut where the next chord of its voice begins.

    Args:
        notes: the notes of a staff, in order; no note appears twice at the same position.
        bars: bars that cover the notes.
    """
    onsets = [tuple(together) for _, together in groupby(notes, key=lambda note: note.begin)]
    splits = _divide(onsets)
    upper = [onset[split:] for onset, split in zip(onsets, splits, strict=True) if onset[split:]]
    lower = [onset[:split] for onset, split in zip(onsets, splits, strict=True) if onset[:split]]
    grid = _beats(bars)
    return _write(upper, grid), _write(lower, grid)


def _divide(onsets: Sequence[_Onset]) -> list[int]:
    ways = [_Way(0.0, (-QUARTER, -QUARTER), ((69,), (60,)), ())]
    settled: list[int] = []
    for onset in onsets:
        grown = [_extend(way, onset, split) for way in ways for split in range(len(onset) + 1)]
        grown.sort(key=lambda way: way.cost)
        ways = grown[:BEAM]
        if len(ways[0].splits) > 2 * BEAM:
            # All good ways have long agreed on the older notes, so these need not be kept.
            best = ways[0].splits[:BEAM]
            settled += best
            ways = [
                _Way(way.cost, way.ends, way.last, way.splits[BEAM:])
                for way in ways
                if way.splits[:BEAM] == best
            ]
    return settled + list(ways[0].splits)


def _extend(way: _Way, onset: _Onset, split: int) -> _Way:
    begin = onset[0].begin
    upper, lower = onset[split:], onset[:split]
    cost, ends, last = way.cost, list(way.ends), list(way.last)
    for voice, notes in enumerate((upper, lower)):
        if notes:
            struck = [note.note for note in notes]
            cost += CUT * _quarters(way.ends[voice] - begin)
            cost += UNEVEN * _quarters(max(n.end for n in notes) - min(n.end for n in notes))
            cost += LEAP * abs(_mean(struck) - _mean(way.last[voice]))
            ends[voice], last[voice] = max(note.end for note in notes), struck
    if upper and not lower and way.ends[1] > begin:
        cost += CROSSING * (upper[0].note <= way.last[1][-1])
    if lower and not upper and way.ends[0] > begin:
        cost += CROSSING * (lower[-1].note >= way.last[0][0])
    if lower:
        cost += SECOND * (begin - way.ends[1] >= QUARTER) + GAP * (begin > way.ends[1])
        cost += BOTH if upper else ALONE * (way.ends[0] <= begin)
    return _Way(cost, (ends[0], ends[1]), (last[0], last[1]), (*way.splits, split))


def _mean(notes: Sequence[int]) -> float:
    return sum(notes) / len(notes)


def _quarters(units: int) -> float:
    return min(max(0, units), LONGEST) / QUARTER


def _write(onsets: Sequence[_Onset], beats: Sequence[int]) -> list[Chord]:
    """Return the chords of a voice with their written lengths."""
    chords = []
    following = [onset[0].begin for onset in onsets[1:]]
    for onset, limit in zip_longest(onsets, following):
        begin, sounded = onset[0].begin, max(note.sounded for note in onset)
        end = _written_end(begin, max(note.end for note in onset), limit, beats)
        staccato = end - begin <= QUARTER and sounded <= STACCATO * (end - begin)
        chords.append(Chord(begin, end, tuple(note.note for note in onset), staccato))
    return chords


def _written_end(begin: int, end: int, limit: int | None, beats: Sequence[int]) -> int:
    """Return the written end of a chord that sounds until `end`.

    It is the next chord, if that comes within a beat or after a short silence. Otherwise it is the end of the
    beat, so that the rests after it show the beat.
    """
    beat_end = beats[bisect_left(beats, end)]
    if limit is None:
        return beat_end
    silence = limit - end
    if limit - begin <= QUARTER or silence <= min(QUARTER // 2, end - begin):
        return limit
    return min(limit, beat_end)


def _beats(bars: Sequence[Bar]) -> list[int]:
    """Return where a chord before a silence may end: at beats, or at eighths in compound metres."""
    places: list[int] = []
    for bar in bars:
        starts = beat_places(bar.meter)[:-1]
        if bar.meter.is_compound and bar.length % (QUARTER // 2) == 0:
            starts = tuple(range(0, bar.length, QUARTER // 2))
        places += (bar.begin + start for start in starts)
    return [*places, bars[-1].end]
