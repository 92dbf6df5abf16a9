"""The planner alone: what it draws, where it places it, and what it draws again.

The alphabet plays in steps of an eighth (240 ticks, 0.25 s at 120 bpm); a bar has 1920.
"""

from dataclasses import replace

import pytest

from live.core.controls.mode import Mode
from live.core.planning.planner import MOST_AHEAD, PUT_OFF, TOO_SLOW, Switch
from live.core.planning.states import Length
from live.core.planning.turns import Turn
from presets.music.readings import shipped_readings
from tests.live.core.planning.alphabet_music import BAR, PlannedAlphabet, context, letter, style
from tests.live.stage.alphabet import CONTROLS, AlphabetPredictor, RhythmicAlphabet

NOW, NEVER = float("-inf"), float("inf")


class TestDrawing:
    def test_the_first_event_falls_on_the_line_and_each_other_a_step_later(self):
        assert PlannedAlphabet("abc").plan(3) == ["d@0", "e@240", "f@480"]

    def test_a_network_with_rhythm_says_when(self):
        it = PlannedAlphabet("abc", style=style(predictor=RhythmicAlphabet(480, 120)))
        assert it.plan(3) == ["d@0", "e@480", "f@600"]

    def test_each_knows_those_before_it(self):
        it = PlannedAlphabet("abc")
        it.plan(3)
        assert it.context.style.predictor.asked == ["abc", "abcd", "abcde"]

    def test_the_turn_says_which_line_it_begins_on(self):
        it = PlannedAlphabet("abc", mode=Mode.CONTINUE)
        it.turns.take(Turn(960))
        assert it.plan(2) == ["d@960", "e@1200"]

    def test_a_network_that_fails_rests_a_step_and_says_why(self):
        it = PlannedAlphabet("abc", style=style(predictor=AlphabetPredictor(failing=1)))
        assert it.plan() == ["failed@0"]
        assert it.planner.trouble == "the network failed: on purpose"
        assert it.plan() == ["failed@0", "d@240"]
        assert ([item.waited for item in it.planner.plan], it.planner.trouble) == ([1, 0], None)

    def test_an_error_nobody_foresaw_is_no_rest(self):
        it = PlannedAlphabet(
            "abc", style=style(predictor=AlphabetPredictor(failing=1, error=ZeroDivisionError))
        )
        with pytest.raises(ZeroDivisionError):
            it.plan()

    def test_what_is_cut_is_drawn_again_alike(self):
        class Chance(AlphabetPredictor):
            def predict(self, window, moment, controls, rng):
                return letter("abcdefgh"[rng.integers(8)])

        it = PlannedAlphabet("abc", style=style(predictor=Chance()))
        first = it.plan(8)
        it.planner.redraw()
        assert it.spelled == []
        assert it.plan(8) == first


class TestLength:
    def test_a_length_in_ticks_ends_the_music_there(self):
        it = PlannedAlphabet("abc", length=Length(ticks=400))
        assert it.plan(3) == ["d@0", "e@240", "music ends@400"]

    def test_a_length_in_events_ends_it_after_them(self):
        it = PlannedAlphabet("abc", length=Length(events=2))
        assert it.plan(3) == ["d@0", "e@240", "music ends@480"]

    def test_a_turn_ends_on_its_tick(self):
        it = PlannedAlphabet("abc", mode=Mode.ANSWER)
        it.turns.take(Turn(0, 400))
        assert it.plan(3) == ["d@0", "e@240", "turn ends@400"]

    def test_the_end_of_the_music_comes_before_that_of_the_turn(self):
        it = PlannedAlphabet("abc", mode=Mode.ANSWER, length=Length(ticks=400))
        it.turns.take(Turn(0, 400))
        assert it.plan(3)[-1] == "music ends@400"


class Asked(AlphabetPredictor):
    """Keeps how soon the next event may come."""

    def __init__(self):
        super().__init__()
        self.soonest = []

    def predict(self, window, moment, controls, rng):
        self.soonest.append(moment.soonest)
        return super().predict(window, moment, controls, rng)


class TestTime:
    def test_before_the_transport_runs_nothing_is_late(self):
        it = PlannedAlphabet("abc")
        it.plan()
        assert it.planner.plan.last.waited == 0

    def test_an_event_that_took_too_long_waits_for_its_own_interval(self):
        it = PlannedAlphabet("abc")
        assert it.plan(now=0.0, placed_at=0.3) == ["d@480"]  # 0.3 s is tick 288: the eighth behind it
        assert (it.planner.plan.last.waited, it.planner.trouble) == (2, TOO_SLOW)

    def test_the_trouble_is_over_once_an_event_is_a_beat_ahead(self):
        it = PlannedAlphabet("abc")
        it.plan(now=0.0, placed_at=0.3)
        it.plan(now=0.3)
        assert it.planner.trouble == TOO_SLOW  # 720 is less than a beat ahead of 288
        it.plan(now=0.3)
        assert it.planner.trouble is None

    def test_the_senders_lead_counts(self):
        it = PlannedAlphabet("abc")
        it.lead.lead_seconds = 0.1
        assert it.plan(now=0.2, placed_at=0.2) == ["d@480"]

    def test_after_a_key_a_network_is_told_how_soon_it_can_be_heard(self):
        asked = Asked()
        it = PlannedAlphabet("abc", style=style(predictor=asked))
        it.lead.lead_seconds = 0.1
        it.plan(now=0.3)
        it.planner.redraw_for_hands()
        it.planner.promise = 240
        it.plan(now=0.3)  # 0.4 s is tick 384
        assert asked.soonest == [1, 384]

    def test_the_time_that_drawing_takes_counts_as_well(self):
        asked = Asked()
        it = PlannedAlphabet("abc", style=style(predictor=asked))
        it.lead.draws(0.0)
        it.lead.has_drawn(0.1)
        it.planner.promise = 240
        it.plan(now=0.2)  # and twice 0.1 s later it is tick 384
        assert asked.soonest == [384]

    def test_for_a_moment_after_a_masters_start_it_may_be_late(self):
        it = PlannedAlphabet("abc")
        it.planner.hurries_until = 0.1
        assert it.plan(now=0.05) == ["d@0"]

    def test_nothing_falls_before_the_place_it_goes_on_at(self):
        it = PlannedAlphabet("abc")
        it.planner.floor = 600
        assert it.plan() == ["d@720"]


class TestAhead:
    def test_without_a_turn_nothing_is_drawn(self):
        it = PlannedAlphabet("abc", mode=Mode.HOLD)
        assert not it.planner.plays
        assert it.planner.extend_at(None) == NEVER

    def test_an_empty_plan_is_extended_now(self):
        assert PlannedAlphabet("abc").planner.extend_at(None) == NOW

    def test_before_the_transport_runs_a_bar_is_drawn(self):
        it = PlannedAlphabet("abc")
        while it.planner.extend_at(None) == NOW:
            it.plan()
        assert it.spelled[-1] == "l@1920"

    def test_while_it_runs_it_is_filled_to_a_bar_once_it_is_half_a_bar(self):
        it = PlannedAlphabet("abc")
        while it.planner.extend_at(it.transport) <= 0:
            it.plan(now=0.0)
        assert it.spelled[-1] == "m@2160"  # a bar ahead of 0 is reached, and one more closes the burst
        assert it.planner.extend_at(it.transport) == pytest.approx((2160 - BAR / 2) / 960)

    @pytest.mark.parametrize("end", [Length(ticks=240), Length(events=1)])
    def test_behind_an_end_nothing_is_drawn(self, end):
        it = PlannedAlphabet("abc", length=end)
        it.plan(2)
        assert it.planner.extend_at(None) == NEVER

    def test_a_rest_of_a_failed_network_is_waited_for(self):
        it = PlannedAlphabet("abc", style=style(predictor=AlphabetPredictor(failing=1)))
        it.plan()
        assert it.planner.extend_at(it.transport) == NEVER
        it.planner.plan.commit()
        assert it.planner.extend_at(it.transport) < NEVER

    def test_a_dense_plan_has_an_end(self):
        it = PlannedAlphabet("abc", style=style(predictor=RhythmicAlphabet(1)))
        it.plan(MOST_AHEAD)
        assert it.planner.extend_at(it.transport) == NEVER


class TestSwitch:
    other = style("other", AlphabetPredictor())

    def test_the_other_preset_takes_over_on_its_line(self):
        it = PlannedAlphabet("abc")
        it.planner.request(self.other, it.context, 480)
        assert it.plan(4) == ["d@0", "e@240", "f@480", "g@720"]
        assert [item.after.style.name for item in it.planner.plan] == ["steps", "steps", "other", "other"]
        assert [item.opens for item in it.planner.plan] == [False, False, True, False]

    def test_what_was_planned_behind_the_line_is_dropped(self):
        it = PlannedAlphabet("abc")
        it.plan(4)
        it.planner.request(self.other, it.context, 480)
        assert it.spelled == ["d@0", "e@240"]

    def test_asked_for_again_its_line_stands(self):
        it = PlannedAlphabet("abc")
        it.planner.request(self.other, it.context, 480)
        it.planner.request(self.other, it.context, 960)
        assert it.planner.switch == Switch(self.other, 480)

    def test_a_request_for_what_plays_calls_it_off(self):
        it = PlannedAlphabet("abc")
        it.planner.request(self.other, it.context, 480)
        it.planner.request(it.context.style, it.context, 960)
        assert it.planner.switch is None

    def test_too_late_for_its_line_it_takes_over_with_a_rest(self):
        it = PlannedAlphabet("abc")
        it.planner.request(self.other, it.context, 0)
        assert it.plan(now=0.0, placed_at=0.1) == ["too_late@0"]
        assert it.planner.plan.last.after.style is self.other

    def test_where_the_present_preset_came_too_late_the_other_is_asked(self):
        it = PlannedAlphabet("abc")
        it.planner.draw(it.context, it.transport, 0.0)
        it.planner.switch = Switch(self.other, 120)
        it.planner.place(it.transport, 0.05)
        assert it.spelled == []

    @pytest.mark.parametrize(
        ("brings", "planned"),
        [(None, "d@480"), (Mode.STREAM, "d@480"), (Mode.ACCOMPANY, "d@480"), (Mode.HOLD, "turn ends@480")],
    )
    def test_the_mode_that_it_brings_says_whether_it_plays(self, brings, planned):
        it = PlannedAlphabet("abc")
        it.planner.request(style("other", mode=brings), it.context, 480)
        it.planner.floor = 480
        assert it.plan() == [planned]

    def test_before_segues_turn_it_takes_over_with_a_rest(self):
        it = PlannedAlphabet("abc", mode=Mode.CONTINUE)
        it.turns.take(Turn(960))
        it.planner.request(self.other, it.context, 480)
        assert it.plan(2) == ["not_yet@480", "d@960"]

    def test_while_the_musician_plays_it_takes_over_with_the_end_of_a_turn(self):
        it = PlannedAlphabet("abc", mode=Mode.CONTINUE)
        it.planner.switch_with_a_rest(Switch(self.other, 480), it.context)
        assert it.spelled == ["turn ends@480"]
        assert it.planner.plan.last.after.style is self.other


class TestHands:
    def test_what_takes_the_place_of_a_cut_comes_at_most_a_beat_later(self):
        it = PlannedAlphabet("abc", style=style(predictor=RhythmicAlphabet(240)))
        it.plan(2)
        it.planner.plan.commit()
        it.planner.redraw_for_hands()
        assert it.planner.promise == 240
        late = style(predictor=RhythmicAlphabet(2 * PUT_OFF))
        it.planner.plan.last.after = context("abcdz", tick=200, style=late, onset=200, own=0)
        assert it.plan() == ["d@0", f"a@{240 + PUT_OFF}"]

    def test_in_accompany_it_comes_when_it_was_to_come(self):
        it = PlannedAlphabet("abc", mode=Mode.ACCOMPANY, style=style(predictor=RhythmicAlphabet(240)))
        it.plan(2)
        it.planner.plan.commit()
        it.planner.redraw_for_hands()
        assert it.plan() == ["d@0", "e@240"]

    def test_the_earliest_promise_counts(self):
        it = PlannedAlphabet("abc")
        it.plan(3)
        it.planner.plan.commit()
        it.planner.redraw_for_hands()
        it.plan()
        it.planner.redraw_for_hands()
        assert it.planner.promise == 240

    def test_in_accompany_it_plays_in_every_bar(self):
        it = PlannedAlphabet("abc", mode=Mode.ACCOMPANY, style=style(predictor=RhythmicAlphabet(3 * BAR)))
        assert it.plan(3) == ["d@0", f"e@{BAR}", f"f@{2 * BAR}"]


class TestControls:
    def test_a_style_has_its_own_until_they_are_set(self):
        it = PlannedAlphabet("abc")
        assert it.planner.controls_of(it.context.style) is CONTROLS
        assert not it.planner.is_stale

    def test_once_they_are_set_what_was_drawn_is_stale(self):
        it = PlannedAlphabet("abc")
        it.planner.set_controls(it.context.style, CONTROLS)
        assert it.planner.is_stale


def test_a_reset_forgets_plan_trouble_and_promise():
    it = PlannedAlphabet("abc", style=style(predictor=AlphabetPredictor(failing=1)))
    it.plan(2)
    it.planner.floor, it.planner.promise = 480, 240
    it.planner.reset()
    assert (it.spelled, it.planner.trouble, it.planner.floor, it.planner.promise) == ([], None, 0, None)


class TestShading:
    READINGS = shipped_readings()

    def planned(self, shading, readings=READINGS):
        controls = replace(CONTROLS, shading=shading)
        return PlannedAlphabet(
            "abc", style=style(predictor=RhythmicAlphabet(480, 120), controls=controls, readings=readings)
        )

    @staticmethod
    def velocities(it, count):
        """Return how loudly what is committed next sounds, event by event."""
        items = [it.planner.commit() for _ in range(count)]
        return [note.velocity for item in items for note in (item.sounding or item.event).notes]

    @pytest.mark.parametrize(("shading", "readings"), [(0.0, READINGS), (1.0, ())])
    def test_without_it_an_event_sounds_as_it_is_planned(self, shading, readings):
        it = self.planned(shading, readings)
        it.plan(4)
        assert [it.planner.commit().sounding for _ in range(4)] == [None] * 4

    def test_with_it_only_what_sounds_is_louder_or_softer(self):
        plain, it = self.planned(0.0), self.planned(1.0)
        assert it.plan(12) == plain.plan(12)
        assert len(set(self.velocities(it, 12))) > 1
        for item, other in zip(it.planner.plan, plain.planner.plan, strict=True):
            assert (item.event, item.after.window) == (other.event, other.after.window)

    def test_what_is_not_committed_is_not_shaded(self):
        it = self.planned(1.0)
        it.plan(2)
        it.planner.commit()
        assert [item.sounding is None for item in it.planner.plan] == [False, True]

    def test_the_same_however_far_ahead_it_is_planned_and_how_often_again(self):
        far, near = self.planned(1.0), self.planned(1.0)
        far.plan(12)
        found = []
        for _ in range(12):
            near.plan(1)
            near.planner.redraw()
            near.plan(1)
            found += self.velocities(near, 1)
        assert found == self.velocities(far, 12)

    def test_a_rest_has_no_sound(self):
        it = PlannedAlphabet(
            "abc",
            style=style(
                predictor=AlphabetPredictor(failing=1),
                controls=replace(CONTROLS, shading=1.0),
                readings=self.READINGS,
            ),
        )
        it.plan(1)
        assert it.planner.commit().sounding is None
