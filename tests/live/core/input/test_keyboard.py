import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.input.keyboard import Chord, Keyboard, Released


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


def test_under_the_pedal_a_note_lasts_until_the_pedal_comes_up():
    keyboard = Keyboard()
    keyboard.pedal(0, 0, True, 0.5)
    keyboard.press(key(60), 80, 1.0)
    assert notes(keyboard.release(key(60), 1.2)) == [(60,)]
    assert keyboard.held
    assert keyboard.sounding == {60}
    assert keyboard.pedal(0, 0, False, 3.0) == [Released(key(60), 2.0)]
    assert not keyboard.held
    assert keyboard.sounding == frozenset()


def test_a_pedal_that_comes_up_leaves_the_keys_that_are_down():
    keyboard = Keyboard()
    keyboard.pedal(0, 0, True, 0.5)
    for note in (60, 64, 67):
        keyboard.press(key(note), 80, 1.0)
    keyboard.release(key(64), 1.2)
    assert notes(keyboard.pedal(0, 0, False, 2.0)) == [("up", 64)]
    assert keyboard.sounding == {60, 67}
    assert notes(keyboard.release(key(60), 2.5)) == [("up", 60)]


def test_a_pedal_that_goes_down_keeps_the_keys_that_are_down():
    keyboard = Keyboard()
    keyboard.press(key(60), 80, 1.0)
    keyboard.pump(1.1)
    assert keyboard.pedal(0, 0, True, 1.5) == []
    assert keyboard.release(key(60), 2.0) == []
    assert keyboard.pedal(0, 0, False, 4.0) == [Released(key(60), 3.0)]


def test_a_note_struck_again_under_the_pedal_is_a_new_one_and_ends_the_first():
    keyboard = Keyboard()
    keyboard.pedal(0, 0, True, 0.5)
    keyboard.press(key(60), 80, 1.0)
    keyboard.release(key(60), 1.2)
    assert keyboard.press(key(60), 90, 2.0) == [Released(key(60), 1.0)]
    assert notes(keyboard.pedal(0, 0, False, 3.0)) == [(60,)]  # its key is still down
    assert keyboard.release(key(60), 3.5) == [Released(key(60), 1.5)]


def test_a_pedal_that_comes_up_within_the_chord_ends_its_notes_after_it():
    keyboard = Keyboard()
    keyboard.pedal(0, 0, True, 0.5)
    keyboard.press(key(60), 80, 1.0)
    keyboard.release(key(60), 1.01)
    assert keyboard.pedal(0, 0, False, 1.02) == []
    assert notes(keyboard.pump(2.0)) == [(60,), ("up", 60)]


def test_a_pedal_that_flutters_ends_each_note_once():
    keyboard = Keyboard()
    keyboard.press(key(60), 80, 1.0)
    keyboard.pump(1.1)
    for at in (2.0, 2.01, 2.02):
        assert keyboard.pedal(0, 0, True, at) == []
    keyboard.release(key(60), 2.5)
    completed = []
    for index in range(20):
        completed += keyboard.pedal(0, 0, index % 3 == 2, 3.0 + index / 100)
    assert completed == [Released(key(60), 2.0)]


def test_each_input_and_channel_has_its_own_pedal():
    keyboard = Keyboard()
    keyboard.pedal(1, 0, True, 0.0)
    keyboard.pedal(0, 1, True, 0.0)
    struck = [(0, 0, 60), (1, 0, 62), (0, 1, 64)]
    for one in struck:
        keyboard.press(one, 80, 1.0)
    keyboard.pump(1.1)
    assert [keyboard.release(one, 2.0) for one in struck] == [[Released((0, 0, 60), 1.0)], [], []]
    assert notes(keyboard.pedal(1, 0, False, 3.0)) == [("up", 62)]
    assert keyboard.sounding == {64}


def test_unplugging_lifts_the_pedal_of_that_input_and_no_other():
    keyboard = Keyboard()
    for source in (0, 1):
        keyboard.pedal(source, 0, True, 0.0)
        keyboard.press((source, 0, 60 + source), 80, 1.0)
        keyboard.release((source, 0, 60 + source), 1.0)
    assert notes(keyboard.release_all(2.0, source=0)) == [(60, 61), ("up", 60)]
    keyboard.press((0, 0, 72), 80, 3.0)
    assert notes(keyboard.release((0, 0, 72), 3.5)) == [(72,), ("up", 72)]
    assert keyboard.sounding == {61}
    assert notes(keyboard.release_all(4.0)) == [("up", 61)]


def test_two_keyboards_on_one_note_sound_it_until_both_are_up():
    keyboard = Keyboard()
    keyboard.press((0, 0, 60), 80, 1.0)
    keyboard.press((1, 0, 60), 80, 1.0)
    keyboard.release((0, 0, 60), 2.0)
    assert keyboard.sounding == {60}
    keyboard.release((1, 0, 60), 3.0)
    assert keyboard.sounding == frozenset()


def test_a_chord_of_twenty_notes_is_one_chord():
    keyboard = Keyboard()
    struck = range(40, 60)
    for index, note in enumerate(struck):
        assert keyboard.press(key(note), 80, 1.0 + index * 0.001) == []
    assert notes(keyboard.pump(1.1)) == [tuple(struck)]
    assert keyboard.sounding == frozenset(struck)


def test_a_held_chord_bears_a_melody_above_it():
    keyboard = Keyboard()
    for note in (48, 52, 55):
        keyboard.press(key(note), 80, 0.0)
    completed = []
    for index, note in enumerate((72, 74, 76, 77)):
        completed += keyboard.press(key(note), 80, 1.0 + index)
        completed += keyboard.release(key(note), 1.5 + index)
    assert notes(completed)[0] == (48, 52, 55)
    assert notes(completed)[1:] == [
        (72,),
        ("up", 72),
        (74,),
        ("up", 74),
        (76,),
        ("up", 76),
        (77,),
        ("up", 77),
    ]
    assert keyboard.sounding == {48, 52, 55}
    assert notes(keyboard.release(key(52), 60.0)) == [("up", 52)]


def test_a_hundred_notes_a_second_lose_none():
    """Ten seconds of a glissando up and down, each key down for 25 ms, the pedal changed every second."""
    keyboard = Keyboard()
    touches = []
    for index in range(1000):
        note = 40 + abs(index % 80 - 40)
        touches += [(index * 0.01, "down", note), (index * 0.01 + 0.025, "up", note)]
    for second in range(10):
        touches += [(second + 0.002, "pedal", False), (second + 0.003, "pedal", True)]
    completed = []
    for at, kind, value in sorted(touches):
        if kind == "down":
            completed += keyboard.press(key(value), 80, at)
        elif kind == "up":
            completed += keyboard.release(key(value), at)
        else:
            completed += keyboard.pedal(0, 0, value, at)
        completed += keyboard.pump(at)
    completed += keyboard.release_all(11.0)
    assert sum(len(item.keys) for item in completed if isinstance(item, Chord)) == 1000
    assert sum(isinstance(item, Released) for item in completed) == 1000
    assert keyboard.sounding == frozenset()


touches = st.lists(
    st.tuples(
        st.sampled_from(["press", "release", "pedal down", "pedal up", "unplug"]),
        st.integers(0, 1),
        st.integers(60, 64),
        st.floats(0, 0.1),
    ),
    max_size=60,
)


@given(touches)
def test_every_press_ends_in_one_chord_and_one_release_after_it(touches):
    keyboard = Keyboard()
    now, presses = 0.0, 0
    completed = []
    for touch, source, note, wait in touches:
        now += wait
        match touch:
            case "press":
                presses += 1
                completed += keyboard.press((source, 0, note), 80, now)
                assert note in keyboard.sounding
            case "release":
                completed += keyboard.release((source, 0, note), now)
            case "unplug":
                completed += keyboard.release_all(now, source)
            case _:
                completed += keyboard.pedal(source, 0, touch == "pedal down", now)
        assert keyboard.held == bool(keyboard.sounding)
    completed += keyboard.release_all(now + 1)
    struck: dict[tuple[int, int, int], int] = {}
    for item in completed:
        if isinstance(item, Chord):
            assert item.keys[-1].at - item.onset <= 0.030 + 1e-9  # floats
            for pressed in item.keys:
                struck[pressed.key] = struck.get(pressed.key, 0) + 1
        else:
            assert struck.get(item.key, 0) == 1
            assert item.seconds >= 0
            struck[item.key] = 0
            presses -= 1
    assert presses == 0
    assert not keyboard.held
