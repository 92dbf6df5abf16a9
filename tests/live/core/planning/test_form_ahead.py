"""The form on the time line: which bars the network is told of, whoever plans how far ahead."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.planning.form_ahead import as_dense, bars_ahead, begin_form
from live.core.planning.planner import Switch
from live.core.planning.timeline import Timeline
from presets.bundles.kinds import SCORE
from presets.music.encoding import Position
from presets.music.form import Forms
from presets.music.outline import RATE, RETURN
from tests.live.core.planning.alphabet_music import BAR, PlannedAlphabet, letter, style
from tests.live.stage.alphabet import AlphabetPredictor, events
from tests.presets.music.bars import piece

A, B, C = (60, 65, 67, 60), (69, 62, 55, 67), (57, 64, 57, 50)
FORMS = Forms.build([piece(*A, *B, *A, *B), piece(*C, *C, *B), piece(*A, *A, *C, *C, *A)], 1)


@given(st.floats(0, 8), st.floats(0, 1))
def test_bars_can_ask_for_another_rate_and_for_nothing_else(rate, match):
    bars = bars_ahead(begun(), 0)
    dense = as_dense(bars, rate, match)
    for before, after in zip(bars, dense, strict=True):
        usual = float(before.outline[RATE])
        assert after.outline[RATE] == pytest.approx(usual + match * (rate - usual), abs=1e-3)
        others = np.delete(before.outline, RATE), np.delete(after.outline, RATE)
        assert np.array_equal(*others)
        assert (before.begins, before.section, before.back) == (after.begins, after.section, after.back)


class TellsBars(AlphabetPredictor):
    """Plays quarters and eighths by chance, and writes down which bars it was told of."""

    kind = SCORE

    def __init__(self):
        super().__init__()
        self.told = []

    def predict(self, window, moment, controls, rng):
        self.told.append([(bar.begins, bar.back, bar.outline.round(4).tolist()) for bar in moment.bars])
        ioi = (240, 480)[rng.integers(2)] if moment.ioi is None else moment.ioi
        return letter("abcdefgh"[rng.integers(8)], ioi)


def planned(**options):
    predictor = TellsBars()
    it = PlannedAlphabet("abc", style=style(predictor=predictor, forms=FORMS), **options)
    return it, predictor


def begun(key=1, past="abc", transpose=0):
    return begin_form(FORMS, (key,), events(past).events, Position(0, BAR), 0, BAR, transpose)


def test_the_bars_ahead_begin_with_the_one_that_the_music_is_in():
    bars = bars_ahead(begun(), BAR + 480)
    assert bars[0].begins == -480
    assert [bar.begins - bars[0].begins for bar in bars[:5]] == [BAR * number for number in range(5)]
    assert bars[-1].begins + BAR > 4 * BAR, "the longest interval ends before the last bar that is known"


def test_before_the_form_begins_its_first_bar_is_ahead():
    assert [bar.begins for bar in bars_ahead(begun(), -480)[:2]] == [480, 480 + BAR]


def test_each_bar_says_how_alike_it_is_to_what_comes_back():
    form = begun()
    for number in range(10):
        section = form[number]
        for bar, lag, alike in zip(
            bars_ahead(form, section.begins), section.lags, section.returns, strict=False
        ):
            assert bar.back == lag * BAR
            assert bar.outline[RETURN] == np.float32(alike)


def test_a_preset_without_forms_is_told_of_no_bar():
    predictor = TellsBars()
    it = PlannedAlphabet("abc", style=style(predictor=predictor))
    it.plan(3)
    assert predictor.told == [[], [], []]


def test_every_event_is_told_of_the_bar_it_is_in():
    it, predictor = planned()
    it.plan(40)
    onsets = [item.tick for item in it.planner.plan]
    assert predictor.told[0][0][0] == BAR, "the first event comes a bar after the seed's newest"
    for before, told in zip(onsets, predictor.told[1:], strict=False):
        assert told[0][0] == -(before % BAR)


@given(st.lists(st.integers(0, 60), max_size=12))
def test_what_is_thrown_away_leaves_no_trace_in_form_or_music(cuts):
    straight, heard = planned()
    wanted = straight.plan(60)
    it, predictor = planned()
    for cut in cuts:
        it.plan(cut - len(it.planner.plan)) if cut > len(it.planner.plan) else it.planner.plan.cut()
    it.plan(60 - len(it.planner.plan))
    assert it.spelled == wanted
    assert predictor.told[-1] == heard.told[-1]


def test_another_preset_begins_its_own_form_on_its_line():
    it, _ = planned()
    it.plan(4)
    other = TellsBars()
    it.planner.switch = Switch(style("other", predictor=other, forms=FORMS), 3 * BAR)
    while it.planner.plan.last.tick < 5 * BAR:
        it.plan()
    begun = {item.after.form.begins for item in it.planner.plan if item.tick >= 3 * BAR}
    assert begun == {3 * BAR}
    assert {item.after.form.begins for item in it.planner.plan if item.tick < 3 * BAR} == {0}


def test_another_seed_of_chance_has_another_form():
    labels = {" ".join(begun(seed)[number].label for number in range(15)) for seed in range(6)}
    assert len(labels) > 1


def test_the_form_takes_no_numbers_from_the_music():
    with_form, without = planned()[0], PlannedAlphabet("abc", style=style(predictor=TellsBars()))
    assert with_form.plan(30) == without.plan(30)


def test_the_first_section_follows_on_what_was_meant_not_on_how_high_it_sounds():
    low, high = begun(past="cegc"), begun(past="hjlh", transpose=5)
    assert (low[0].outline == high[0].outline).all()


def test_music_that_goes_on_keeps_its_form_and_music_that_begins_anew_begins_it_anew():
    it, _ = planned()
    it.plan(4)
    timeline = Timeline(it.planner.plan.last.after, it.planner.plan, it.timing)
    before = timeline.context
    timeline.reset()
    assert timeline.context.form is None
    timeline.go_on(before)
    assert timeline.context.form is before.form
    timeline.change_style(style("other"))
    timeline.go_on(before)
    assert timeline.context.form is None


def test_a_network_is_asked_for_the_rate_of_the_phrase():
    it, predictor = planned()
    controls = it.planner.controls_of(it.context.style)
    it.planner.set_controls(it.context.style, replace(controls, rate=7.0, match=1.0))
    it.plan(4)
    assert {outline[RATE] for bars in predictor.told for _, _, outline in bars} == {7.0}
