"""What holds for the pages of every recording."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given

from export.notation.bars import UNIT
from export.notation.durations import VALUES, Value
from export.notation.layout import lay_out
from export.notation.part_order import from_the_top
from export.notation.sheet import Head, Sheet, Sign, StaffBar
from export.notation.spelling import STEPS
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.recording import By, Recorded, Recording, Track
from tests.export.notation.recordings import melody, recording, recordings

UNITS_OF = {kind: units for units, kind in VALUES.items()}
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def length_of(value: Value) -> Fraction:
    """What a musician would count, in units."""
    length = Fraction(UNITS_OF[value.kind]) * (Fraction(3, 2) if value.dots else 1)
    return length * Fraction(value.tuplet.normal, value.tuplet.actual) if value.tuplet else length


def staves(sheet: Sheet) -> Iterator[tuple[StaffBar, ...]]:
    return (staff for part in sheet.parts for staff in part.staves)


def signs(staff: tuple[StaffBar, ...]) -> Iterator[tuple[int, int, Sign]]:
    """Number of the bar, of the voice, and the sign."""
    for number, bar in enumerate(staff):
        for voice, written in enumerate(bar.voices):
            for sign in written:
                yield number, voice, sign


@given(recordings())
def test_a_voice_fills_its_bar_exactly(music: Recording) -> None:
    sheet = lay_out(music)
    for staff in staves(sheet):
        assert len(staff) == len(sheet.headings)
        for bar, heading in zip(staff, sheet.headings, strict=True):
            assert len(bar.voices) in (1, 2)
            for voice in bar.voices:
                edges = [0, *(sign.value.end for sign in voice)]
                assert [sign.value.begin for sign in voice] == edges[:-1]
                assert edges[-1] == heading.bar.length
                if not voice[0].fills_bar:
                    assert [length_of(s.value) for s in voice] == [s.value.end - s.value.begin for s in voice]


@given(recordings())
def test_every_note_stands_there_once_near_its_moment(music: Recording) -> None:
    sheet = lay_out(music)
    tracks = from_the_top([track for track in music.tracks if track.by is not By.COUNT_IN])
    assert len(sheet.parts) == len(tracks)
    for track, part in zip(tracks, sheet.parts, strict=True):
        written = Counter(
            (sheet.headings[number].bar.begin + sign.value.begin, head.note)
            for staff in part.staves
            for number, _, sign in signs(staff)
            for head in sign.heads
            if not head.tied_from
        )
        assert set(written.values()) <= {1}
        for note in track.notes:
            near = [place for place, number in written if number == note.note]
            assert min(abs(place * UNIT - note.tick) for place in near) <= PPQ // 4
        for place, number in written:
            near = [note.tick for note in track.notes if note.note == number]
            assert min(abs(place * UNIT - tick) for tick in near) <= PPQ // 4


@given(recordings())
def test_what_is_tied_goes_on_where_it_ends(music: Recording) -> None:
    sheet = lay_out(music)
    for staff in staves(sheet):
        begins, ends = set(), set()
        for number, _, sign in signs(staff):
            begin = sheet.headings[number].bar.begin
            for head in sign.heads:
                if head.tied_to:
                    ends.add((begin + sign.value.end, head.note))
                if head.tied_from:
                    begins.add((begin + sign.value.begin, head.note))
        assert begins == ends


@given(recordings())
def test_a_reader_plays_the_right_notes(music: Recording) -> None:
    """As taught: the signature holds for the staff, an accidental for its line until the bar line."""
    sheet = lay_out(music)
    for staff in staves(sheet):
        for bar, heading in zip(staff, sheet.headings, strict=True):
            sharps = heading.key.sharps
            signature = dict.fromkeys("CDEFGAB", 0)
            signature |= dict.fromkeys(STEPS[:sharps], 1) if sharps > 0 else {}
            signature |= dict.fromkeys(STEPS[sharps:], -1) if sharps < 0 else {}
            line: dict[tuple[str, int], int] = {}
            for sign in sorted((s for voice in bar.voices for s in voice), key=lambda s: s.value.begin):
                for head in sign.heads:
                    assert head.note == _played(head, line, signature)


def _played(head: Head, line: dict[tuple[str, int], int], signature: dict[str, int]) -> int:
    spelled = head.spelled
    alter = line.get((spelled.step, spelled.octave), signature[spelled.step])
    if head.accidental:
        alter = line[spelled.step, spelled.octave] = spelled.alter
    if head.tied_from:
        alter = spelled.alter
    return 12 * (spelled.octave + 1) + SEMITONES[spelled.step] + alter


@given(recordings())
def test_beams_begin_and_end(music: Recording) -> None:
    for staff in staves(lay_out(music)):
        for bar in staff:
            for voice in bar.voices:
                first_level = [sign.beams[0] if sign.beams else "" for sign in voice]
                for state, following in pairwise([*first_level, ""]):
                    assert (state in ("start", "continue")) == (following in ("continue", "stop"))


@given(recordings())
def test_tuplets_begin_and_end(music: Recording) -> None:
    for staff in staves(lay_out(music)):
        for _, _, sign in signs(staff):
            tuplet = sign.value.tuplet
            assert sign.tuplet_starts == (tuplet is not None and sign.value.begin == tuplet.begin)
            assert sign.tuplet_stops == (tuplet is not None and sign.value.end == tuplet.end)


def test_nothing_is_a_sheet_without_parts() -> None:
    assert lay_out(recording()).parts == ()
    assert lay_out(recording()).headings == ()


def test_a_count_in_and_its_bar_are_left_out() -> None:
    clicks = Track("count-in", By.COUNT_IN, tuple(melody(*((beat, 0.1, 76) for beat in range(4)))))
    music = Track("bach", By.SEGUE, tuple(melody((4, 1, 60), (5, 3, 62))))
    sheet = lay_out(Recording("x", ((0, Meter()),), ((0, 500_000),), ((1920, "bach"),), (music, clicks)))
    assert [heading.bar.begin for heading in sheet.headings] == [96]
    assert [part.name for part in sheet.parts] == [""]
    assert sheet.headings[0].rehearsals == ((0, "bach"),)


def test_silence_within_the_music_stays() -> None:
    sheet = lay_out(recording(melody((0, 1, 60), (12, 1, 60))))
    assert len(sheet.headings) == 4
    (staff,) = staves(sheet)
    assert [bar.is_silent for bar in staff] == [False, True, True, False]


def test_metres_change_on_their_bar_lines() -> None:
    music = Recording(
        "x",
        ((0, Meter(3, 4)), (6 * PPQ, Meter(6, 8))),
        ((0, 500_000),),
        (),
        (Track("bach", By.SEGUE, tuple(melody(*((beat, 1, 60 + beat) for beat in range(9))))),),
    )
    assert [str(heading.bar.meter) for heading in lay_out(music).headings] == ["3/4", "3/4", "6/8"]


def test_swing_is_written_straight() -> None:
    late = [Recorded(beat * PPQ + place, 60, 150, 64) for beat in range(16) for place in (0, 320)]
    sheet = lay_out(recording(late))
    assert sheet.headings[0].texts == ((0, "Swing"),)
    (staff,) = staves(sheet)
    assert {sign.value.kind for _, _, sign in signs(staff)} == {"eighth"}
    assert {sign.value.tuplet for _, _, sign in signs(staff)} == {None}


@pytest.mark.parametrize("tracks", [1, 3])
def test_progress_rises_to_one(tracks: int) -> None:
    told: list[float] = []
    lay_out(recording(*[melody((0, 1, 60))] * tracks), told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_marker_that_says_the_title_is_not_repeated() -> None:
    sheet = lay_out(recording(melody((0, 1, 60)), markers=((0, "Piece"),)))
    assert sheet.headings[0].rehearsals == ()
