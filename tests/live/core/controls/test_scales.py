import pytest

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


def test_a_tonic_that_is_no_note_is_refused():
    with pytest.raises(SettingsError, match=r"^a note name must be A\.\.G, optionally with # or b, got 'H'$"):
        Key.read("H minor")
