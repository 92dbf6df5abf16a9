from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from live.core.input.loop_detection import ECHO_SECONDS, PROOF, PROOF_SECONDS, LoopDetector


def on(note, velocity=80, channel=0):
    return Message("note_on", channel=channel, note=note, velocity=velocity)


def off(note, velocity=64, channel=0):
    return Message("note_off", channel=channel, note=note, velocity=velocity)


def heard(loop_detector, *timed):
    """Return which of these messages are echoes."""
    return [loop_detector.is_echo(at, message) for at, message in timed]


def in_a_loop():
    """Return the echoes of a loop that is proven at 1.0."""
    loop_detector = LoopDetector()
    for note in range(PROOF):
        loop_detector.sent(0.9, on(note))
        loop_detector.is_echo(1.0, on(note))
    return loop_detector


def test_what_was_sent_and_comes_in_again_is_an_echo():
    loop_detector = in_a_loop()
    for message in (on(60), Message("pitchwheel", pitch=99), Message("program_change", program=3)):
        loop_detector.sent(1.0, message)
        assert heard(loop_detector, (1.02, message)) == [True]


def test_a_note_is_the_players_until_a_loop_is_proven_and_all_else_is_an_echo_at_once():
    loop_detector = LoopDetector()
    for message in (on(60), Message("control_change", control=7), Message("program_change", program=3)):
        loop_detector.sent(1.0, message)
    assert heard(loop_detector, (1.02, on(60))) == [False]
    assert heard(loop_detector, (1.02, Message("control_change", control=7))) == [True]
    assert heard(loop_detector, (1.02, Message("program_change", program=3))) == [True]


def test_two_keys_struck_like_segues_by_chance_are_the_players_and_so_are_their_note_offs():
    loop_detector = LoopDetector()
    for at in (1.0, 1.5):
        loop_detector.sent(at, on(60, 66))
        assert heard(loop_detector, (at + 0.05, on(60, 66))) == [False]
        loop_detector.sent(at + 0.2, off(60))
        assert heard(loop_detector, (at + 0.25, off(60))) == [False]
    assert not loop_detector.is_proven(2.0)


def test_each_message_sent_explains_one_that_comes_in():
    loop_detector = in_a_loop()
    loop_detector.sent(1.0, on(60))
    assert heard(loop_detector, (1.01, on(60)), (1.02, on(60))) == [True, False]


def test_what_comes_in_before_or_long_after_is_none():
    loop_detector = LoopDetector()
    loop_detector.sent(1.0, on(60))
    assert heard(loop_detector, (0.9, on(60)), (1.0 + ECHO_SECONDS + 0.001, on(60))) == [False, False]


def test_a_unison_with_another_velocity_or_channel_is_none():
    loop_detector = LoopDetector()
    loop_detector.sent(1.0, on(60))
    assert heard(loop_detector, (1.01, on(60, 81)), (1.01, on(60, channel=1)), (1.01, on(61))) == [False] * 3


def test_a_hand_that_releases_a_note_while_segue_ends_it_is_none():
    loop_detector = LoopDetector()
    assert heard(loop_detector, (0.9, on(60, 101))) == [False]
    loop_detector.sent(1.0, off(60))
    assert heard(loop_detector, (1.01, off(60))) == [False]


def test_a_note_off_whose_velocity_changed_on_the_way_is_one():
    loop_detector = in_a_loop()
    loop_detector.sent(1.0, on(60))
    loop_detector.sent(2.0, off(60))
    assert heard(loop_detector, (1.01, on(60)), (2.01, off(60, 0))) == [True, True]


def test_the_note_off_of_an_echo_that_never_came_is_forgotten():
    loop_detector = in_a_loop()
    loop_detector.sent(1.0, on(60))
    loop_detector.sent(2.0, off(60))
    assert heard(loop_detector, (1.01, on(60)), (2.5, on(60, 90))) == [True, False]
    loop_detector.sent(3.0, off(60))
    assert heard(loop_detector, (3.01, off(60))) == [False], "it is the hand's"


def test_a_note_repeated_by_a_keyboard_without_velocity_that_goes_through_is_none():
    loop_detector = LoopDetector()
    for beat in range(20):
        at = beat * 0.1
        assert heard(loop_detector, (at, on(60, 100))) == [False]
        loop_detector.sent(at, on(60, 100))
        assert heard(loop_detector, (at + 0.06, off(60))) == [False]
        loop_detector.sent(at + 0.06, off(60))
    assert not loop_detector.is_proven(2.0)


def test_a_loop_is_proven_and_told_of_at_its_third_note():
    loop_detector = LoopDetector()
    for beat in range(PROOF):
        assert not loop_detector.is_proven(beat)
        is_proven = beat == PROOF - 1
        loop_detector.sent(beat, on(60))
        assert heard(loop_detector, (beat + 0.02, on(60))) == [is_proven]
        loop_detector.sent(beat + 0.3, off(60))
        assert heard(loop_detector, (beat + 0.32, off(60))) == [is_proven]
    assert loop_detector.is_proven(PROOF)
    assert not loop_detector.is_proven(PROOF + PROOF_SECONDS), "the loop has been parted"


def test_a_note_that_goes_through_and_round_is_proven_in_its_third_round():
    """What is taken for the player's ends the note that sounds and strikes it again."""
    loop_detector = LoopDetector()
    loop_detector.sent(0.0, on(60))
    assert heard(loop_detector, (0.1, on(60))) == [False]
    for message in (off(60), on(60)):
        loop_detector.sent(0.1, message)
    assert heard(loop_detector, (0.2, off(60)), (0.2, on(60))) == [False, False]
    for message in (off(60), on(60)):
        loop_detector.sent(0.2, message)
    assert heard(loop_detector, (0.3, off(60)), (0.3, on(60))) == [False, True]


def test_in_a_proven_loop_an_echo_may_be_slower_than_its_note():
    loop_detector = in_a_loop()
    assert heard(loop_detector, (2.0, on(60))) == [False]
    loop_detector.sent(2.0, on(60))
    assert heard(loop_detector, (2.05, off(60)), (2.1, on(60))) == [False, True]


def test_clock_that_comes_back_is_an_echo_and_a_masters_is_none():
    loop_detector = LoopDetector()
    clock = Message("clock")
    assert heard(loop_detector, (0.99, clock)) == [False]
    loop_detector.sent(1.0, clock)
    assert heard(loop_detector, (1.01, clock), (1.03, clock)) == [True, False]


def test_a_key_that_was_taken_for_an_echo_by_chance_is_let_go_when_it_is_struck_again():
    loop_detector = in_a_loop()
    loop_detector.sent(1.0, on(60))
    assert heard(loop_detector, (1.05, on(60))) == [True]
    parted = 1.1 + PROOF_SECONDS
    assert heard(loop_detector, (parted, off(60)), (parted + 0.05, on(60, 90))) == [False, False]
    for message in (off(60), on(60, 90)):  # it goes through
        loop_detector.sent(parted + 0.05, message)
    assert heard(loop_detector, (parted + 0.1, off(60))) == [False]


struck = st.lists(
    st.tuples(st.floats(0, 10), st.floats(0.01, 2), st.integers(60, 62), st.integers(0, 1)), max_size=30
)


@given(struck, struck, st.floats(0.0, 0.14))
def test_in_a_proven_loop_what_segue_plays_is_an_echo_and_nothing_that_hands_play(played, by_hand, delay):
    """The hands keep to other notes and velocities; notes of segue's may end and begin again at any time.

    Where segue rests so long that the proof is over, its notes count as the player's again until the third;
    what becomes of a note-on becomes of its note-off, too.
    """
    loop_detector, is_swallowed, lately = LoopDetector(), {}, []
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
        loop_detector.sent(at, message)
    for at, message, is_echo in sorted(coming, key=lambda each: each[0]):
        note = message.channel, message.note
        if is_echo and message.type == "note_on":
            lately = [each for each in [*lately, at] if each >= at - PROOF_SECONDS]
            is_swallowed[note] = len(lately) >= PROOF
        assert loop_detector.is_echo(at, message) == (is_echo and is_swallowed[note])
