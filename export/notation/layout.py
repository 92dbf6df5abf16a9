"""Lay out a recording as sheet music."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from export.notation.accidentals import Accidentals
from export.notation.bars import QUARTER, UNIT, Bar, bars_until
from export.notation.clefs import Clef, choose_clefs
from export.notation.free_playing import find_free_playing
from export.notation.keys import Signature, find_keys
from export.notation.part_names import abbreviate, name_parts, printable
from export.notation.part_order import from_the_top
from export.notation.quantising import Beats, Placed, quantise
from export.notation.sheet import Heading, Part, Sheet, StaffBar
from export.notation.signs import write_bar
from export.notation.spelling import Spelled, spell
from export.notation.staves import lay_on_staves
from export.notation.swing import STRAIGHT, find_swing
from export.notation.tempo_marks import tempo_marks
from export.notation.voices import Chord, divide_voices
from live.core.beat.swing import straightened
from presets.sets.recording import By, Recorded, Recording, Track

PROGRAM_CHANGE = 0xC0

UNTITLED = "Untitled"


@dataclass(frozen=True, slots=True)
class _Staff:
    """The clefs to choose from, the usual one first; the notes on the grid; and the chords of both voices."""

    clefs: tuple[Clef, ...]
    placed: list[Placed]
    voices: tuple[list[Chord], list[Chord]]


def lay_out(recording: Recording, progress: Callable[[float], None] = lambda done: None) -> Sheet:
    """Return the sheet music of a recording.

    The count-in and its bars are left out, and so is silence before the first note. The first remaining bar
    is bar 1.

    Args:
        recording: any recording.
        progress: called with the share of the work that is done, rising to 1.
    """
    tracks = from_the_top([t for t in recording.tracks if t.by is not By.COUNT_IN and t.notes])
    # A note may begin a little before the end and be written on the first beat of the next bar.
    bars = bars_until(recording.meters, recording.end // UNIT + 2 * QUARTER)
    swings = _swings(recording, tracks)
    parts: list[list[_Staff]] = []
    for index, track in enumerate(tracks):
        staves = []
        straight = [_straighten(note, swings) for note in track.notes]
        free = find_free_playing(straight, Beats(bars).places) if track.by is By.PLAYER else ()
        for clefs, notes in lay_on_staves(straight):
            placed = quantise(notes, bars, free)
            staves.append(_Staff(clefs, placed, divide_voices(placed, bars)))
        parts.append(staves)
        progress((index + 1) / (len(tracks) + 1))
    page = _page_of(
        bars, [voice for staves in parts for staff in staves for voice in staff.voices], recording
    )
    keys = _keys(page, parts, recording)
    names = name_parts([printable(track.name) for track in tracks])
    sheet = Sheet(
        printable(recording.name) or UNTITLED,
        tuple(_headings(recording, page, keys, swings)),
        tuple(
            Part(
                name,
                abbreviation,
                _program(track),
                tuple(_write_staff(staff, page, keys) for staff in staves),
            )
            for name, abbreviation, track, staves in zip(names, abbreviate(names), tracks, parts, strict=True)
        ),
    )
    progress(1.0)
    return sheet


def _swings(recording: Recording, tracks: Sequence[Track]) -> list[tuple[int, float]]:
    """Return ticks, each with the swing from there on; the swing may change when another preset begins."""
    begins = sorted({0, *(tick for tick, _ in recording.markers)})
    onsets: list[list[int]] = [[] for _ in begins]
    for track in tracks:
        for note in track.notes:
            onsets[bisect_right(begins, note.tick) - 1].append(note.tick)
    compound = any(meter.is_compound for _, meter in recording.meters)
    return [
        (begin, STRAIGHT if compound else find_swing(found))
        for begin, found in zip(begins, onsets, strict=True)
    ]


def _straighten(note: Recorded, swings: Sequence[tuple[int, float]]) -> Recorded:
    swing = swings[bisect_right(swings, note.tick, key=lambda change: change[0]) - 1][1]
    if swing == STRAIGHT:
        return note
    begin, end = (round(straightened(tick, swing)) for tick in (note.tick, note.tick + note.duration))
    return replace(note, tick=begin, duration=max(1, end - begin))


def _page_of(bars: Sequence[Bar], voices: Iterable[Sequence[Chord]], recording: Recording) -> list[Bar]:
    """Return the bars to write: from the first to the last with music, without those of count-ins."""
    sounding: set[int] = set()
    for chords in voices:
        for chord in chords:
            sounding.update(range(_index(bars, chord.begin), _index(bars, chord.end - 1) + 1))
    counted = {
        _index(bars, note.tick // UNIT)
        for track in recording.tracks
        if track.by is By.COUNT_IN
        for note in track.notes
    }
    if not sounding:
        return []
    return [
        bars[index]
        for index in range(min(sounding), max(sounding) + 1)
        if index in sounding or index not in counted
    ]


def _index(bars: Sequence[Bar], place: int) -> int:
    """Return the index of the bar that a position is in."""
    return bisect_right(bars, place, key=lambda bar: bar.begin) - 1


def _keys(page: Sequence[Bar], parts: Sequence[Sequence[_Staff]], recording: Recording) -> list[Signature]:
    notes: dict[int, list[int]] = defaultdict(list)
    for staves in parts:
        for staff in staves:
            for note in staff.placed:
                notes[_index(page, note.begin)].append(note.note)
    marked = {_index(page, tick // UNIT) for tick, _ in recording.markers}
    return find_keys(
        [notes[index] for index in range(len(page))], [index in marked for index in range(len(page))]
    )


def _write_staff(staff: _Staff, page: Sequence[Bar], keys: Sequence[Signature]) -> tuple[StaffBar, ...]:
    following = _following(staff.placed)

    def speller(note: int, begin: int) -> Spelled:
        return spell(note, keys[max(0, _index(page, begin))], following.get(begin, ()))

    accidentals = Accidentals()
    clefs = choose_clefs(_sounding(staff.voices, page), staff.clefs)
    return tuple(
        StaffBar(clef, accidentals.place(write_bar(staff.voices, bar, speller), key))
        for bar, clef, key in zip(page, clefs, keys, strict=True)
    )


def _following(placed: Sequence[Placed]) -> dict[int, tuple[int, ...]]:
    """Return for each position the MIDI notes at the next position."""
    notes: dict[int, list[int]] = defaultdict(list)
    for note in placed:
        notes[note.begin].append(note.note)
    places = sorted(notes)
    return {place: tuple(notes[after]) for place, after in pairwise(places)}


def _sounding(voices: Sequence[Sequence[Chord]], page: Sequence[Bar]) -> list[list[int]]:
    """Return the MIDI notes written in each bar."""
    notes: list[list[int]] = [[] for _ in page]
    for chords in voices:
        for chord in chords:
            for index in range(_index(page, chord.begin), _index(page, chord.end - 1) + 1):
                notes[index] += chord.notes
    return notes


def _headings(
    recording: Recording,
    page: Sequence[Bar],
    keys: Sequence[Signature],
    swings: Sequence[tuple[int, float]],
) -> list[Heading]:
    rehearsals: dict[int, list[tuple[int, str]]] = defaultdict(list)
    texts: dict[int, list[tuple[int, str]]] = defaultdict(list)
    # The title already names the preset.
    for tick, name in recording.marks(besides=recording.name):
        index = max(0, _index(page, tick // UNIT))
        rehearsals[index].append((_offset(tick, page, index), printable(name)))
    last = STRAIGHT
    for tick, swing in swings:
        if (swing == STRAIGHT) != (last == STRAIGHT):
            index = max(0, _index(page, tick // UNIT))
            texts[index].append((_offset(tick, page, index), "Straight" if swing == STRAIGHT else "Swing"))
        last = swing
    return [
        Heading(bar, key, bpm, tuple(texts[index]), tuple(rehearsals[index]))
        for index, (bar, key, bpm) in enumerate(zip(page, keys, tempo_marks(recording, page), strict=True))
    ]


def _offset(tick: int, page: Sequence[Bar], index: int) -> int:
    """Return the units from a bar line to a tick, within the bar."""
    return min(max(0, tick // UNIT - page[index].begin), page[index].length - 1) if page else 0


def _program(track: Track) -> int:
    programs = (data[1] for _, data in track.controls if len(data) == 2 and data[0] & 0xF0 == PROGRAM_CHANGE)
    return next(programs, 0)
