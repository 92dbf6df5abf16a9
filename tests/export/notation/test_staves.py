from hypothesis import given

from export.notation.clefs import BASS, HIGH, TENOR, TREBLE, choose_clefs, ledger_lines
from export.notation.hands import split_hands
from export.notation.staves import lay_on_staves
from presets.sets.recording import Recording
from tests.export.notation.recordings import melody, recordings


def test_ledger_lines_are_those_outside_the_five() -> None:
    assert [ledger_lines(note, TREBLE) for note in (60, 62, 64, 77, 79, 81, 84)] == [1, 0, 0, 0, 0, 1, 2]
    assert [ledger_lines(note, BASS) for note in (36, 40, 43, 57, 60, 64)] == [2, 1, 0, 0, 1, 2]
    assert [ledger_lines(note, TENOR) for note in (48, 52, 65)] == [1, 0, 0]


def test_a_melody_has_one_staff_with_the_clef_that_suits_it() -> None:
    assert [clefs[0] for clefs, _ in lay_on_staves(melody((0, 1, 72), (1, 1, 76)))] == [TREBLE]
    assert [clefs[0] for clefs, _ in lay_on_staves(melody((0, 1, 43), (1, 1, 48)))] == [BASS]


def test_chords_within_a_hand_have_one_staff() -> None:
    chords = melody(*((beat, 1, note) for beat in range(4) for note in (48, 52, 55)))
    assert [clefs[0] for clefs, _ in lay_on_staves(chords)] == [BASS]


def test_what_needs_two_hands_has_two_staves() -> None:
    both = melody(*((beat, 1, note) for beat in range(4) for note in (43, 50, 71, 76)))
    (right_clefs, right), (left_clefs, left) = lay_on_staves(both)
    assert (right_clefs[0], left_clefs[0]) == (TREBLE, BASS)
    assert {note.note for note in right} == {71, 76}
    assert {note.note for note in left} == {43, 50}


def test_the_line_between_the_hands_moves_with_the_music() -> None:
    high = [(beat, 1, note) for beat in range(8) for note in (62, 65, 81, 84)]
    right, left = split_hands(melody(*high))
    assert {note.note for note in left} == {62, 65}
    low = [(beat, 1, note) for beat in range(8) for note in (36, 40, 52, 57)]
    right, left = split_hands(melody(*low))
    assert {note.note for note in right} == {52, 57}
    assert {note.note for note in left} == {36, 40}


def test_a_hand_reaches_an_octave_or_so() -> None:
    right, left = split_hands(melody(*((beat, 1, note) for beat in range(4) for note in (48, 62, 67, 72))))
    assert {note.note for note in left} == {48}
    assert {note.note for note in right} == {62, 67, 72}


@given(recordings())
def test_each_note_is_on_one_staff(music: Recording) -> None:
    for track in music.tracks:
        assert sorted(note for _, notes in lay_on_staves(track.notes) for note in notes) == list(track.notes)


def test_a_clef_changes_for_long_stretches_only() -> None:
    bars = [[48, 52]] * 4 + [[72]] + [[48]] * 2 + [[79, 81, 84]] * 3
    assert choose_clefs(bars, (BASS, TREBLE)) == [BASS] * 7 + [TREBLE] * 3


def test_the_highest_notes_are_written_an_octave_lower() -> None:
    assert choose_clefs([[72] * 4] * 2 + [[100, 103, 105]] * 3 + [[72] * 4] * 2, (TREBLE, BASS, HIGH)) == (
        [TREBLE] * 2 + [HIGH] * 3 + [TREBLE] * 2
    )
    assert choose_clefs([[84, 86]] * 4, (TREBLE, BASS, HIGH)) == [TREBLE] * 4
