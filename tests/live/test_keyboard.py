import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.keyboard import Chord, Keyboard, Released


def key(note):
    return (0, 0, note)


def notes(completed):
    return [
        tuple(p.key[-1] for p in item.keys) if isinstance(item, Chord) else ("up", item.key[-1])
        for item in completed
    ]


def test_keys_within_30_ms_of_the_first_are_one_chord():
    keyboard = Keyboard()
    assert keyboard.press(key(60), 80, 1.000) == []
    assert keyboard.press(key(64), 80, 1.015) == []
    assert keyboard.press(key(67), 80, 1.030) == []
    assert notes(keyboard.press(key(72), 80, 1.031)) == [(60, 64, 67)]
    assert notes(keyboard.pump(2.0)) == [(72,)]


def test_a_chord_waits_until_nothing_more_can_belong_to_it():
    keyboard = Keyboard()
    keyboard.press(key(60), 80, 1.0)
    # What was struck at 1.03 may be heard of a little later.
    assert keyboard.pump(1.045) == []
    assert keyboard.press(key(64), 80, 1.03) == []
    assert keyboard.deadline == pytest.approx(1.05)
    assert notes(keyboard.pump(keyboard.deadline)) == [(60, 64)]
    assert keyboard.deadline == float("inf")


def test_a_key_released_within_the_chord_comes_after_it():
    keyboard = Keyboard()
    keyboard.press(key(60), 80, 1.0)
    keyboard.press(key(64), 80, 1.0)
    assert keyboard.release(key(60), 1.02) == []
    assert notes(keyboard.pump(1.1)) == [(60, 64), ("up", 60)]
    assert keyboard.held
    assert keyboard.release(key(64), 2.0) == [Released(key(64), 1.0)]
    assert not keyboard.held


def test_the_same_key_twice_is_two_chords():
    keyboard = Keyboard()
    keyboard.press(key(60), 80, 1.0)
    assert notes(keyboard.press(key(60), 90, 1.01)) == [(60,), ("up", 60)]
    assert notes(keyboard.pump(2.0)) == [(60,)]


def test_a_note_off_without_its_note_on_is_ignored():
    assert Keyboard().release(key(60), 1.0) == []


def test_unplugging_releases_every_key():
    keyboard = Keyboard()
    keyboard.press(key(60), 80, 1.0)
    keyboard.press(key(64), 80, 2.0)
    assert notes(keyboard.release_all(2.01)) == [(64,), ("up", 60), ("up", 64)]
    assert not keyboard.held


@given(st.lists(st.tuples(st.booleans(), st.integers(60, 65), st.floats(0, 0.1)), max_size=60))
def test_every_press_ends_in_one_chord_and_one_release_after_it(touches):
    keyboard = Keyboard()
    now, presses = 0.0, 0
    completed = []
    for down, note, wait in touches:
        now += wait
        if down:
            presses += 1
            completed += keyboard.press(key(note), 80, now)
        else:
            completed += keyboard.release(key(note), now)
    completed += keyboard.release_all(now + 1)
    struck: dict[int, int] = {}
    for item in completed:
        if isinstance(item, Chord):
            assert item.keys[-1].at - item.onset <= 0.030 + 1e-9  # floats
            for pressed in item.keys:
                struck[pressed.key[-1]] = struck.get(pressed.key[-1], 0) + 1
        else:
            assert struck.get(item.key[-1], 0) == 1
            struck[item.key[-1]] = 0
            presses -= 1
    assert presses == 0
    assert not keyboard.held
