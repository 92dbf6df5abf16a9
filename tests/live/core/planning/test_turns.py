"""Whose turn it is, by keys and bar lines alone; at 120 bpm a bar of 4/4 lasts two seconds."""

import pytest

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.controls.mode import Mode
from live.core.input.phrase import Phrase
from live.core.planning.turns import PLAYS_ALONG, Turn, Turns
from presets.bundles.settings import Meter

BAR, LEAD = 1920, 0.05
TRANSPORT = Transport.steady(0.0, 120)
NEVER = float("inf")


def turns(mode):
    return Turns(mode, Timing())


def play(it, *onsets, length=0.2):
    """Press a key at each moment, and let it go a little later."""
    for at in onsets:
        it.press(at, TRANSPORT)
        it.quiet(at + length)


@pytest.mark.parametrize("mode", Mode)
def test_segue_begins_where_it_plays_along_and_waits_where_it_does_not(mode):
    it = turns(mode)
    it.reset(BAR)
    assert it.turn == (Turn(BAR) if mode in PLAYS_ALONG else None)


class TestModes:
    def test_chosen_while_nothing_runs_it_holds_from_the_first_line(self):
        it = turns(Mode.HOLD)
        it.reset(2 * BAR)
        it.choose(Mode.STREAM)
        assert it.turn == Turn(2 * BAR)
        it.choose(Mode.ANSWER)
        assert it.turn is None

    @pytest.mark.parametrize(
        ("mode", "turn"),
        [
            (Mode.ACCOMPANY, Turn(0)),
            (Mode.CONTINUE, Turn(0)),
            (Mode.ANSWER, Turn(0, 4 * BAR)),
            (Mode.HOLD, None),
        ],
    )
    def test_a_turn_that_runs_goes_on_in_the_new_mode(self, mode, turn):
        it = turns(Mode.STREAM)
        it.change(mode, 3 * BAR + 480, 4 * BAR)
        assert (it.mode, it.turn) == (mode, turn)

    @pytest.mark.parametrize(
        ("mode", "turn"), [(Mode.STREAM, Turn(480)), (Mode.ACCOMPANY, Turn(480)), (Mode.ANSWER, None)]
    )
    def test_where_segue_rested_it_comes_in_on_the_line_if_it_plays_along(self, mode, turn):
        it = turns(Mode.HOLD)
        it.change(mode, 480, BAR)
        assert it.turn == turn

    def test_the_end_of_an_answer_is_gone_where_it_plays_along(self):
        it = turns(Mode.ANSWER)
        it.take(Turn(0, BAR))
        it.change(Mode.STREAM, 480, BAR)
        assert it.turn == Turn(0)

    @pytest.mark.parametrize(("mode", "turn"), [(Mode.STREAM, Turn(BAR)), (Mode.CONTINUE, None)])
    def test_a_preset_that_brings_its_mode_begins_on_its_line(self, mode, turn):
        it = turns(Mode.ANSWER)
        it.take(Turn(0, 4 * BAR))
        it.arrive(mode, BAR)
        assert it.turn == turn


class TestKeys:
    @pytest.mark.parametrize("mode", sorted(PLAYS_ALONG))
    def test_where_segue_plays_along_it_does_not_yield(self, mode):
        it = turns(mode)
        assert not it.press(1.0, TRANSPORT)
        assert it.turn == Turn(0)

    @pytest.mark.parametrize("mode", [Mode.CONTINUE, Mode.ANSWER])
    def test_where_turns_are_taken_a_key_ends_segues(self, mode):
        it = turns(mode)
        it.take(Turn(0))
        assert it.press(1.0, TRANSPORT)
        assert it.turn is None
        assert not it.press(1.5, TRANSPORT)  # it is the musician's already

    def test_a_key_a_beat_into_segues_turn_begins_a_new_phrase(self):
        it = turns(Mode.CONTINUE)
        play(it, 0.0)
        it.take(Turn(960))
        it.press(1.5, TRANSPORT)
        assert it.phrase.begun == 1.5

    def test_a_key_within_a_beat_of_it_goes_on_with_the_old_one(self):
        it = turns(Mode.CONTINUE)
        play(it, 0.0)
        it.take(Turn(960))
        it.press(1.4, TRANSPORT)
        assert (it.phrase.begun, it.phrase.gap) == (0.0, pytest.approx(1.2))


class TestContinue:
    def test_nothing_is_due_before_the_musician_has_played(self):
        it = turns(Mode.CONTINUE)
        assert (it.next_turn(9.0, LEAD, TRANSPORT), it.deadline(LEAD, TRANSPORT)) == (None, NEVER)

    def test_nothing_is_due_while_a_key_is_down(self):
        it = turns(Mode.CONTINUE)
        it.press(0.0, TRANSPORT)
        assert (it.next_turn(9.0, LEAD, TRANSPORT), it.deadline(LEAD, TRANSPORT)) == (None, NEVER)

    def test_after_two_beats_of_rest_it_comes_in_on_the_next_line_that_is_near(self):
        it = turns(Mode.CONTINUE)
        play(it, 0.0)  # quiet from 0.2 on: over at 1.2, and 20 ms for a key that is on its way
        due = it.deadline(LEAD, TRANSPORT)
        assert due == pytest.approx(1.22)
        assert it.next_turn(due - 0.001, LEAD, TRANSPORT) is None
        assert it.next_turn(due, LEAD, TRANSPORT) == Turn(1440)  # the beat at 1.5 s, 0.3 s after the end

    def test_a_rest_within_the_phrase_makes_it_wait_twice_as_long(self):
        it = turns(Mode.CONTINUE)
        play(it, 0.0, 1.0)  # a rest of 0.8 s
        assert it.deadline(LEAD, TRANSPORT) == pytest.approx(1.2 + 1.6 + 0.02)

    def test_asked_to_go_it_comes_in_at_once_on_a_line_it_can_meet(self):
        it = turns(Mode.CONTINUE)
        it.press(0.0, TRANSPORT)
        it.go()
        turn = it.next_turn(0.1, LEAD, TRANSPORT)
        assert turn == Turn(240)  # an eighth: the next beat is 0.4 s away
        it.take(turn)
        assert it.next_turn(0.2, LEAD, TRANSPORT) is None  # once

    def test_it_does_not_come_in_during_the_count_in(self):
        it = turns(Mode.CONTINUE)
        it.go()
        assert it.next_turn(-1.9, LEAD, TRANSPORT).begin >= 0


class TestAnswer:
    def test_a_call_up_to_a_beat_before_the_line_is_answered_on_it_in_as_many_bars(self):
        it = turns(Mode.ANSWER)
        play(it, 0.0, 0.5, 1.0)
        due = it.deadline(LEAD, TRANSPORT)
        assert due == pytest.approx(2.0 - LEAD - 0.02)
        assert it.next_turn(due - 0.001, LEAD, TRANSPORT) is None
        assert it.next_turn(due, LEAD, TRANSPORT) == Turn(BAR, 2 * BAR)

    def test_a_call_in_quarters_up_to_the_line_is_not_over_there(self):
        it = turns(Mode.ANSWER)
        play(it, 0.0, 0.5, 1.0, 1.5)
        assert it.next_turn(1.99, LEAD, TRANSPORT) is None
        assert it.next_turn(it.deadline(LEAD, TRANSPORT), LEAD, TRANSPORT) == Turn(2 * BAR, 3 * BAR)

    def test_a_call_of_two_bars_has_an_answer_of_two(self):
        it = turns(Mode.ANSWER)
        play(it, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
        it.next_turn(1.99, LEAD, TRANSPORT)
        assert it.next_turn(it.deadline(LEAD, TRANSPORT), LEAD, TRANSPORT) == Turn(2 * BAR, 4 * BAR)

    def test_a_call_as_long_as_the_one_before_is_over_at_its_line_though_it_is_played_up_to_it(self):
        it = turns(Mode.ANSWER)
        eighths = [beat / 4 for beat in range(8)]
        play(it, *eighths)
        it.quiet(2.0)
        assert it.next_turn(3.9, LEAD, TRANSPORT) is None
        assert it.next_turn(3.95, LEAD, TRANSPORT) == Turn(2 * BAR, 3 * BAR)
        it.end()
        play(it, *(6 + at for at in eighths))
        assert it.next_turn(7.95, LEAD, TRANSPORT) == Turn(4 * BAR, 5 * BAR, listens=True)

    def test_a_call_as_long_as_each_of_the_two_before_is_over_at_its_line_without_a_doubt(self):
        it = turns(Mode.ANSWER)
        for bar in (0, 4, 8):
            play(it, *(2 * bar + beat / 2 for beat in range(8)))
            turn = it.next_turn(2 * bar + 3.95, LEAD, TRANSPORT)
            assert turn == Turn((bar + 2) * BAR, (bar + 4) * BAR, listens=bar < 8)
            it.end()

    def test_turns_that_go_on_elsewhere_know_the_lengths_but_not_which_lines_were_struck_meanwhile(self):
        it, other = turns(Mode.ANSWER), turns(Mode.ANSWER)
        it._bars_before.extend((1, 1))
        play(it, *(beat / 2 for beat in range(8)))
        other.restore(it.state)
        assert list(other._bars_before) == [1, 1]
        assert other.next_turn(3.95, LEAD, TRANSPORT) == Turn(2 * BAR, 4 * BAR, listens=True)
        other.restore(it.state.resting_from(3.8, 7 * 480))
        assert other.next_turn(3.95, LEAD, TRANSPORT) is None

    @pytest.mark.parametrize(("bars", "is_usual"), [(1, False), (2, True), (3, False), (4, True), (8, True)])
    def test_a_call_of_a_usual_length_may_be_over_at_its_line(self, bars, is_usual):
        it = turns(Mode.ANSWER)
        play(it, *(beat / 2 for beat in range(4 * bars)))
        line = 2 * bars
        it.next_turn(line - 0.5, LEAD, TRANSPORT)
        turn = it.next_turn(line - 0.05, LEAD, TRANSPORT)
        assert turn == (Turn(bars * BAR, 2 * bars * BAR, listens=True) if is_usual else None)

    def test_a_call_that_passes_over_a_bar_line_may_pass_over_the_next(self):
        it = turns(Mode.ANSWER)
        play(it, 0.0, 0.5, 1.0, 1.5, 2.25, 2.5, 3.0, 3.5)  # not at 2.0
        assert it.next_turn(3.95, LEAD, TRANSPORT) is None
        assert it.next_turn(5.95, LEAD, TRANSPORT) == Turn(3 * BAR, 5 * BAR)

    def test_where_a_call_may_go_on_what_is_played_waits_for_a_moment_after_the_line(self):
        it = turns(Mode.ANSWER)
        it.take(Turn(BAR, 3 * BAR, listens=True))
        delays = [it.delay(BAR + tick, TRANSPORT) for tick in (0, 24, 480)]  # 24 ticks are 25 ms
        assert delays == [pytest.approx(0.05), pytest.approx(0.025), 0]
        it.take(Turn(BAR, 3 * BAR))
        assert it.delay(BAR, TRANSPORT) == 0

    def test_new_bar_lines_leave_it_listening(self):
        it = turns(Mode.ANSWER)
        it.take(Turn(BAR, 3 * BAR, listens=True))
        before, it._timing.bars = it._timing.bars, it._timing.bars.changed(BAR, Meter(3, 4))
        it.count_anew(before)
        assert it.turn == Turn(BAR, BAR + 2 * 1440, listens=True)

    def test_a_wrong_guess_is_not_remembered_as_a_length(self):
        it = turns(Mode.ANSWER)
        play(it, *(beat / 2 for beat in range(8)))
        assert it.next_turn(3.95, LEAD, TRANSPORT) == Turn(2 * BAR, 4 * BAR, listens=True)
        play(it, *(4 + beat / 2 for beat in range(8)))
        assert it.next_turn(7.95, LEAD, TRANSPORT) == Turn(4 * BAR, 8 * BAR, listens=True)
        it.end()
        play(it, *(16 + beat / 2 for beat in range(8)))
        assert it.next_turn(19.95, LEAD, TRANSPORT) is None

    def test_a_line_that_passed_while_the_computer_stood_still_is_not_begun_on(self):
        it = turns(Mode.ANSWER)
        play(it, 0.0)
        assert it.next_turn(2.5, LEAD, TRANSPORT) is None
        assert it.next_turn(it.deadline(LEAD, TRANSPORT), LEAD, TRANSPORT) == Turn(2 * BAR, 3 * BAR)

    def test_asked_to_go_it_answers_on_the_next_line(self):
        it = turns(Mode.ANSWER)
        it.press(0.0, TRANSPORT)
        it.go()
        assert it.next_turn(0.5, LEAD, TRANSPORT) == Turn(BAR, 2 * BAR)

    @pytest.mark.parametrize(("seconds", "bars"), [(0.5, 1), (2.1, 1), (2.3, 2), (4.0, 2), (8.0, 4)])
    def test_a_phrase_played_first_is_answered_in_about_as_many_bars(self, seconds, bars):
        it = turns(Mode.ANSWER)
        it.answer_first(Phrase(1.0, 1.0 + seconds / 2, 1.0 + seconds), 120)
        assert it.turn == Turn(0, bars * BAR)

    def test_what_was_answered_is_forgotten(self):
        it = turns(Mode.ANSWER)
        play(it, 0.0)
        it.take(Turn(BAR, 2 * BAR))
        it.end()
        assert (it.turn, it.phrase, it.deadline(LEAD, TRANSPORT)) == (None, None, NEVER)
