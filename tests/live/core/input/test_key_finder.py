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
def test_whatever_is_struck_whenever_nothing_is_forbidden_or_favoured(chords, steps):
    finder, tick = KeyFinder(), 0
    for numbers, step in zip(chords, steps, strict=False):
        tick += step
        finder.hear([Note(number, 1, 1) for number in numbers], tick)
        assert finder.key is None or finder.key.scale in ("major", "minor")
        assert all(-50 < nats <= 0 for nats in finder.leanings)


@given(st.lists(st.integers(0, 127), min_size=1, max_size=40))
def test_music_a_semitone_higher_is_in_the_key_a_semitone_higher(numbers):
    finder, other = KeyFinder(), KeyFinder()
    for place, number in enumerate(numbers):
        finder.hear([Note(number % 100, 1, 1)], place * PPQ)
        other.hear([Note(number % 100 + 13, 1, 1)], place * PPQ)
    if finder.key is not None and other.key is not None:
        assert other.key == Key((finder.key.tonic + 1) % 12, finder.key.scale)
    assert other.leanings == pytest.approx((finder.leanings[-1], *finder.leanings[:-1]), abs=1e-6)


def leanings_after(tune):
    finder = KeyFinder()
    for place, name in enumerate(tune.split()):
        finder.hear([Note(read_note(name), PPQ, 64)], place * PPQ)
    return finder.leanings


def test_before_anything_is_struck_every_note_is_as_good():
    assert KeyFinder().leanings == pytest.approx([0] * 12)


def test_in_a_clear_key_notes_from_outside_become_rare_and_its_own_stay_as_they_are():
    nats = leanings_after(C_MAJOR_TUNE)
    assert all(nats[pitch_class] > -0.5 for pitch_class in (0, 2, 4, 5, 7, 9, 11))
    assert all(nats[pitch_class] < -5 for pitch_class in (1, 3, 6, 8, 10))


def test_while_two_keys_are_likely_only_what_neither_has_is_rare():
    """C D E G A: C major, or G."""
    nats = leanings_after("C4 D4 E4 G4 A4 G4 E4 D4")
    assert all(nats[pitch_class] > -6 for pitch_class in (5, 6))
    assert all(nats[pitch_class] < -7 for pitch_class in (3, 8, 10))


def test_music_in_no_key_is_left_alone():
    finder = KeyFinder()
    strike(finder, "C4 C#4 D4 D#4 E4 F4 F#4 G4 G#4 A4 A#4 B4 C5")
    assert finder.key is None
    assert min(finder.leanings) > -0.5


def test_a_key_is_no_longer_named_once_the_music_is_in_none():
    finder = KeyFinder()
    _, end = strike(finder, C_MAJOR_TUNE)
    strike(finder, " ".join(["C4 C#4 D4 D#4 E4 F4 F#4 G4 G#4 A4 A#4 B4"] * 3), first=end)
    assert finder.key is None


def test_all_sixths_and_sevenths_of_a_minor_key_may_be_played():
    nats = leanings_after("C4 D4 Eb4 G4 Ab4 B3 C4 F4 Eb4 D4 Bb4 Ab4 G4 C4")
    assert all(nats[pitch_class] > -0.6 for pitch_class in (8, 9, 10, 11))


def test_a_blue_note_that_was_played_may_be_played_back():
    without = leanings_after(C_MAJOR_TUNE)
    with_it = leanings_after(C_MAJOR_TUNE.replace("E4", "Eb4", 2))
    assert with_it[3] > without[3] + 3


def test_at_the_end_of_a_phrase_the_likeliest_key_is_named_but_none_before_anything_was_struck():
    finder = KeyFinder()
    finder.settle()
    assert finder.key is None
    finder.hear([Note(60, PPQ, 64), Note(64, PPQ, 64)], 0)
    assert finder.key is None
    finder.settle()
    assert finder.key == Key(0, "major")
