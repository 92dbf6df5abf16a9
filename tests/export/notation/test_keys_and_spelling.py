import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.notation.keys import Signature, find_keys
from export.notation.spelling import Spelled, altered_by, is_diatonic, spell

C_MAJOR, A_MINOR, C_MINOR, D_MAJOR = Signature(0), Signature(0, True), Signature(-3, True), Signature(2)
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
MAJOR, HARMONIC_MINOR = (0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0), (0, 2, 3, 5, 7, 8, 11, 12, 7, 3, 0)


@pytest.mark.parametrize(
    ("tonic", "scale", "expected"),
    [
        (60, MAJOR, C_MAJOR),
        (62, MAJOR, D_MAJOR),
        (61, MAJOR, Signature(-5)),
        (66, MAJOR, Signature(-6)),
        (57, HARMONIC_MINOR, A_MINOR),
        (60, HARMONIC_MINOR, C_MINOR),
    ],
)
def test_the_key_is_found(tonic: int, scale: tuple[int, ...], expected: Signature) -> None:
    bars = [[tonic + step for step in scale]] * 6
    assert find_keys(bars, [False] * 6) == [expected] * 6


def test_passing_chords_change_no_signature() -> None:
    home, away = [60 + step for step in MAJOR], [62 + step for step in MAJOR]
    assert set(find_keys([home] * 8 + [away] + [home] * 8, [False] * 17)) == {C_MAJOR}


def test_another_stretch_has_its_own_signature() -> None:
    home, away = [60 + step for step in MAJOR], [61 + step for step in MAJOR]
    assert find_keys([home] * 8 + [away] * 8, [False] * 16) == [C_MAJOR] * 8 + [Signature(-5)] * 8


def name(spelled: Spelled) -> str:
    return spelled.step + {-1: "b", 0: "", 1: "#"}[spelled.alter] + str(spelled.octave)


@pytest.mark.parametrize(
    ("note", "key", "following", "expected"),
    [
        (60, C_MAJOR, (), "C4"),
        (66, C_MAJOR, (), "F#4"),
        (70, C_MAJOR, (), "Bb4"),
        (63, C_MAJOR, (), "Eb4"),
        (63, C_MAJOR, (64,), "D#4"),
        (68, C_MAJOR, (69,), "G#4"),
        (68, C_MAJOR, (67,), "Ab4"),
        (66, C_MAJOR, (65,), "F#4"),
        (68, A_MINOR, (69,), "G#4"),
        (61, C_MINOR, (60,), "Db4"),
        (64, C_MINOR, (63,), "E4"),
        (71, C_MINOR, (72,), "B4"),
        (61, D_MAJOR, (), "C#4"),
        (59, Signature(-6), (), "Cb4"),
        (60, Signature(5), (), "B#3"),
    ],
)
def test_notes_are_named_as_the_key_has_them(
    note: int, key: Signature, following: tuple[int, ...], expected: str
) -> None:
    assert name(spell(note, key, following)) == expected


@given(
    st.integers(0, 127),
    st.builds(Signature, st.integers(-6, 6), st.booleans()),
    st.lists(st.integers(0, 127), max_size=4),
)
def test_each_name_is_the_note(note: int, key: Signature, following: list[int]) -> None:
    spelled = spell(note, key, following)
    assert 12 * (spelled.octave + 1) + SEMITONES[spelled.step] + spelled.alter == note
    assert abs(spelled.alter) <= 1
    if is_diatonic(note, key):
        assert altered_by(spelled.step, key) == spelled.alter
