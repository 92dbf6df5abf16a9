import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.controls.scales import SCALES, Key
from presets.bundles.settings import SettingsError


@pytest.mark.parametrize(
    ("text", "pitch_classes"),
    [
        ("C major", {0, 2, 4, 5, 7, 9, 11}),
        ("A minor", {0, 2, 4, 5, 7, 9, 11}),
        ("D dorian", {0, 2, 4, 5, 7, 9, 11}),
        ("Bb major", {10, 0, 2, 3, 5, 7, 9}),
        ("  f#   Minor  Pentatonic ", {6, 9, 11, 1, 4}),
    ],
)
def test_a_key_is_a_note_and_a_scale_on_it(text, pitch_classes):
    assert Key.read(text).pitch_classes == pitch_classes


@pytest.mark.parametrize("scale", SCALES)
def test_every_scale_begins_on_its_tonic_and_rises_within_the_octave(scale):
    assert SCALES[scale][0] == 0
    assert list(SCALES[scale]) == sorted(set(SCALES[scale]))
    assert SCALES[scale][-1] < 12


@pytest.mark.parametrize("text", ["C minor", "Eb harmonic minor", "F# whole tone"])
def test_a_key_is_shown_as_it_is_read(text):
    assert str(Key.read(text)) == text


def test_a_scale_that_nobody_knows_is_refused_with_the_nearest():
    with pytest.raises(
        SettingsError, match=r"^a key must be a note and a scale \(major, .*nearest: 'C minor'$"
    ):
        Key.read("C minro")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        *[("C", "C major"), ("c", "C major"), ("B", "B major"), ("bb", "Bb major"), ("EB", "Eb major")],
        *[("Am", "A minor"), ("Cm", "C minor"), ("cm", "C minor"), ("CM", "C major"), ("F#m", "F# minor")],
        *[
            ("c maj", "C major"),
            ("Dmin", "D minor"),
            ("Gmajor", "G major"),
            ("Ami", "A minor"),
            ("Fma", "F major"),
        ],
        *[
            ("Bblues", "B blues"),
            ("Bb blues", "Bb blues"),
            ("B flat", "Bb major"),
            ("F sharp minor", "F# minor"),
        ],
        *[
            ("E\u266dm", "Eb minor"),
            ("F\u266f dorian", "F# dorian"),
            ("c-minor", "C minor"),
            ("F#_min", "F# minor"),
        ],
        *[("A harm min", "A harmonic minor"), ("C min pent", "C minor pentatonic"), ("D dor", "D dorian")],
        *[("A aeolian", "A minor"), ("C ionian", "C major"), ("D natural minor", "D minor")],
        *[("C whole-tone", "C whole tone"), ("C wholetone", "C whole tone")],
    ],
)
def test_a_key_may_be_spelled_as_musicians_do(text, key):
    assert Key.read(text) == Key.read(key)
    assert str(Key.read(text)) == key


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        *[("H major", "B major"), ("H minor", "B minor"), ("H", "B major"), ("C minro", "C minor")],
        *[("", "C major"), ("7", "C major"), ("Am7", "A minor"), ("C-", "C major"), ("X dorian", "C dorian")],
        *[
            ("d phrygean", "D phrygian"),
            ("C dur", "C major"),
            ("h-moll", "B minor"),
            ("Bb mixo lydian", "Bb mixolydian"),
        ],
    ],
)
def test_what_is_suggested_instead_is_a_key(text, nearest):
    with pytest.raises(SettingsError, match=rf"got {text!r}; nearest: '{nearest}'$"):
        Key.read(text)
    assert str(Key.read(nearest)) == nearest


@given(st.text(max_size=12) | st.from_regex(r"[A-Ha-h][#b]? ?[a-z ]{0,12}", fullmatch=True))
def test_any_text_is_a_key_or_is_refused_with_one(text):
    try:
        Key.read(text)
    except SettingsError as error:
        Key.read(str(error).rpartition("nearest: ")[2].strip("'"))
