from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from live.core.echo import ECHO_SECONDS, NOTICE, PROOF, PROOF_SECONDS, Echoes


def on(note, velocity=80, channel=0):
    return Message("note_on", channel=channel, note=note, velocity=velocity)


def off(note, velocity=64, channel=0):
    return Message("note_off", channel=channel, note=note, velocity=velocity)


def heard(echoes, *timed):
    """Return which of these messages are echoes."""
    return [echoes.is_echo(at, message) for at, message in timed]


def test_what_was_sent_and_comes_in_again_is_an_echo():
    echoes = Echoes()
    for message in (on(60), Message("pitchwheel", pitch=99), Message("program_change", program=3)):
        echoes.sent(1.0, message)
        assert heard(echoes, (1.02, message)) == [True]


def test_each_message_sent_explains_one_that_comes_in():
    echoes = Echoes()
    echoes.sent(1.0, on(60))
    assert heard(echoes, (1.01, on(60)), (1.02, on(60))) == [True, False]


def test_what_comes_in_before_or_long_after_is_none():
    echoes = Echoes()
    echoes.sent(1.0, on(60))
    assert heard(echoes, (0.9, on(60)), (1.0 + ECHO_SECONDS + 0.001, on(60))) == [False, False]


def test_a_unison_with_another_velocity_or_channel_is_none():
    echoes = Echoes()
    echoes.sent(1.0, on(60))
    assert heard(echoes, (1.01, on(60, 81)), (1.01, on(60, channel=1)), (1.01, on(61))) == [False] * 3


def test_a_hand_that_releases_a_note_while_segue_ends_it_is_none():
    echoes = Echoes()
    assert heard(echoes, (0.9, on(60, 101))) == [False]
    echoes.sent(1.0, off(60))
    assert heard(echoes, (1.01, off(60))) == [False]


def test_a_note_off_whose_velocity_changed_on_the_way_is_one():
    echoes = Echoes()
    echoes.sent(1.0, on(60))
    echoes.sent(2.0, off(60))
    assert heard(echoes, (1.01, on(60)), (2.01, off(60, 0))) == [True, True]


def test_the_note_off_of_an_echo_that_never_came_is_forgotten():
    echoes = Echoes()
    echoes.sent(1.0, on(60))
    echoes.sent(2.0, off(60))
    assert heard(echoes, (1.01, on(60)), (2.5, on(60, 90))) == [True, False]
    echoes.sent(3.0, off(60))
    assert heard(echoes, (3.01, off(60))) == [False], "it is the hand's"


def test_a_note_repeated_by_a_keyboard_without_velocity_that_goes_through_is_none():
    echoes = Echoes()
    for beat in range(20):
        at = beat * 0.1
        assert heard(echoes, (at, on(60, 100))) == [False]
        echoes.sent(at, on(60, 100))
        assert heard(echoes, (at + 0.06, off(60))) == [False]
        echoes.sent(at + 0.06, off(60))
    assert echoes.notice(2.0) is None


def test_a_loop_is_broken_at_its_first_note_and_told_of_when_it_is_proven():
    echoes = Echoes()
    for beat in range(PROOF):
        assert echoes.notice(beat) is None
        assert heard(echoes, (beat, on(60))) == [False]
        echoes.sent(beat, on(60))
        assert heard(echoes, (beat + 0.02, on(60)), (beat + 0.3, off(60))) == [True, False]
        echoes.sent(beat + 0.3, off(60))
        assert heard(echoes, (beat + 0.32, off(60))) == [True]
    assert echoes.notice(PROOF) == NOTICE
    assert echoes.notice(PROOF + PROOF_SECONDS) is None, "the loop has been parted"


def test_in_a_proven_loop_an_echo_may_be_slower_than_its_note():
    echoes = Echoes()
    for note in range(PROOF):
        echoes.sent(1.0, on(note))
        assert heard(echoes, (1.1, on(note))) == [True]
    assert heard(echoes, (2.0, on(60))) == [False]
    echoes.sent(2.0, on(60))
    assert heard(echoes, (2.05, off(60)), (2.1, on(60))) == [False, True]


def test_clock_that_comes_back_is_an_echo_and_a_masters_is_none():
    echoes = Echoes()
    clock = Message("clock")
    assert heard(echoes, (0.99, clock)) == [False]
    echoes.sent(1.0, clock)
    assert heard(echoes, (1.01, clock), (1.03, clock)) == [True, False]


def test_what_is_handed_over_again_explains_no_more_than_before():
    echoes = Echoes()
    echoes.sent(1.0, on(60))
    echoes.sent(1.0, on(60))
    assert heard(echoes, (1.01, on(60)), (1.02, on(60))) == [True, False]


def test_a_key_that_was_taken_for_an_echo_by_chance_is_let_go_when_it_is_struck_again():
    echoes = Echoes()
    echoes.sent(1.0, on(60))
    assert heard(echoes, (1.05, on(60)), (1.1, off(60)), (1.15, on(60, 90))) == [True, False, False]
    for message in (off(60), on(60, 90)):  # it goes through
        echoes.sent(1.15, message)
    assert heard(echoes, (1.2, off(60))) == [False]


struck = st.lists(
    st.tuples(st.floats(0, 10), st.floats(0.01, 2), st.integers(60, 62), st.integers(0, 1)), max_size=30
)


@given(struck, struck, st.floats(0.0, 0.14))
def test_in_a_loop_all_that_segue_plays_is_an_echo_and_nothing_that_hands_play(played, by_hand, delay):
    """The hands keep to other notes and velocities; notes of segue's may end and begin again at any time."""
    echoes, coming = Echoes(), []
    sent, sounding = [], {}
    for at, length, note, channel in sorted(played):
        until = sounding.get((note, channel), 0.0)
        if at > until:
            sent += [(at, on(note, channel=channel)), (at + length, off(note, channel=channel))]
            sounding[note, channel] = at + length
    coming = [(at + delay, message, True) for at, message in sent]
    for at, length, note, channel in by_hand:
        coming += [
            (at, on(note + 10, 101, channel), False),
            (at + length, off(note + 10, 64, channel), False),
        ]
    for at, message in sorted(sent, key=lambda timed: timed[0]):
        echoes.sent(at, message)
    for at, message, is_echo in sorted(coming, key=lambda each: each[0]):
        assert echoes.is_echo(at, message) == is_echo
