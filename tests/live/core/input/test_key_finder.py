"""Keys found from notes that are struck."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.controls.note_names import read_note
from live.core.controls.scales import Key
from live.core.input.key_finder import KeyFinder
from presets.music.event import PPQ, Note

C_MAJOR_TUNE = "C4 E4 G4 E4 F4 D4 B3 G3 C4 D4 E4 C4 G4 F4 D4 G3 C4 C4"
A_MINOR_TUNE = "A4 B4 C5 E5 D5 C5 B4 G#4 A4 E4 F4 D4 E4 G#4 B4 A4 C5 A4"


def strike(finder, tune, higher=0, first=0):
    """Strike each note a quarter long; return the keys that were named, each as it came, and the end."""
    named = []
    for place, name in enumerate(tune.split()):
        finder.hear([Note(read_note(name) + higher, PPQ, 64)], first + place * PPQ)
        if str(finder.key) not in named[-1:]:
            named.append(str(finder.key))
    return named, first + len(tune.split()) * PPQ


def test_no_key_is_named_before_it_is_sure():
    finder = KeyFinder()
    assert finder.key is None
    finder.hear([Note(60, PPQ, 64)], 0)
    assert finder.key is None


@pytest.mark.parametrize(("tune", "tonic", "scale"), [(C_MAJOR_TUNE, 0, "major"), (A_MINOR_TUNE, 9, "minor")])
@pytest.mark.parametrize("higher", range(12))
def test_a_tune_is_in_its_key_and_no_other_is_named_on_the_way(tune, tonic, scale, higher):
    named, _ = strike(KeyFinder(), tune, higher)
    assert named == ["None", str(Key((tonic + higher) % 12, scale))]


def test_a_new_key_is_followed_but_not_a_foreign_note():
    finder = KeyFinder()
    _, end = strike(finder, C_MAJOR_TUNE)
    assert strike(finder, "C4 C#4 D4 D#4 E4 C4", first=end)[0] == ["C major"]
    named, _ = strike(finder, f"{C_MAJOR_TUNE} {C_MAJOR_TUNE}", higher=4, first=end)
    assert named[0] == "C major"
    assert named[-1] == "E major"


@pytest.mark.parametrize("times", [1, 2, 30])
def test_however_long_it_was_in_a_key_another_is_found_within_six_bars(times):
    finder = KeyFinder()
    _, end = strike(finder, " ".join([C_MAJOR_TUNE] * times))
    six_bars = f"{C_MAJOR_TUNE} C4 E4 G4 E4 F4 D4"
    assert strike(finder, six_bars, higher=4, first=end)[0][-1] == "E major"


chords = st.lists(st.lists(st.integers(0, 127), max_size=20), max_size=60)


@given(chords, st.lists(st.integers(-5000, 5000), min_size=60, max_size=60))
def test_whatever_is_struck_whenever_a_key_once_named_is_never_lost(chords, steps):
    finder, tick = KeyFinder(), 0
    for numbers, step in zip(chords, steps, strict=False):
        before = finder.key
        tick += step
        finder.hear([Note(number, 1, 1) for number in numbers], tick)
        assert finder.key is not None or before is None
        assert finder.key is None or finder.key.scale in ("major", "minor")


@given(st.lists(st.integers(0, 127), min_size=1, max_size=40))
def test_music_a_semitone_higher_is_in_the_key_a_semitone_higher(numbers):
    finder, other = KeyFinder(), KeyFinder()
    for place, number in enumerate(numbers):
        finder.hear([Note(number % 100, 1, 1)], place * PPQ)
        other.hear([Note(number % 100 + 13, 1, 1)], place * PPQ)
    if finder.key is not None and other.key is not None:
        assert other.key == Key((finder.key.tonic + 1) % 12, finder.key.scale)
