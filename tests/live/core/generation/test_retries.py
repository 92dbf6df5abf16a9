"""Whatever segue plays, and whoever plays with it: it is never more of a training piece than it may be."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.core.generation.retries import TRIES, attempts
from live.core.planning.states import Source
from live.core.planning.style import Style
from live.stage.summary import performance_summary
from presets.bundles.settings import Part, Sampling, SettingsError
from presets.errors import UsageError
from presets.music.event import Event
from presets.music.originality import OriginalityIndex
from tests.live.stage.alphabet import CONTROLS, AlphabetPredictor, RhythmicAlphabet, events, spell
from tests.live.stage.copyist import MOST, copyists, longest_copy
from tests.live.stage.test_stage_properties import SCRIPTS, STAGES, check_end, play
from tests.live.stage.watched_stage import (
    SPELLS,
    WatchedStage,
    check_heard,
    check_paired,
    check_watched,
    hesitate,
    pass_time,
)

ALPHABET = "abcdefghijklmnopqrstuvwxyz" * 3
STEPS = OriginalityIndex.build([("the alphabet", events(ALPHABET).events)])
TOKENS = OriginalityIndex.build([("the alphabet", events(ALPHABET).events)], has_rhythm=False)


def stage_of(predictor, index, **controls) -> WatchedStage:
    own = Style(
        "alphabet",
        predictor,
        (Part("alphabet"),),
        replace(CONTROLS, **controls),
        originality=index,
    )
    stage = WatchedStage(played_by=[own])
    stage.performer.start()
    return stage


def heard(stage: WatchedStage) -> str:
    """What segue played, a `-` for each eighth that it left out."""
    text, due = "", 0
    for _, entry in stage.takes:
        text += "-" * ((entry.tick - due) // 240) + spell([entry.event])
        due = entry.tick + 240
    return text


def summary(stage: WatchedStage) -> str:
    return performance_summary(stage.status, stage.stage.lateness.summary(), stage.stage.dropped)


def longest_run(text: str) -> int:
    """Return how many letters in a row are as in the alphabet; a rest parts them."""
    longest = run = 1
    for before, letter in pairwise(text):
        run = run + 1 if before + letter in ALPHABET else 1
        longest = max(longest, run)
    return longest


class Timid(AlphabetPredictor):
    """Goes on in the alphabet, but for hot heads, who begin it anew."""

    def predict(self, window, moment, controls, rng):
        self.temperatures = [*getattr(self, "temperatures", []), controls.sampling.temperature]
        event = super().predict(window, moment, controls, rng)
        if controls.sampling.temperature < 0.5:
            return event
        return replace(event, notes=(replace(event.notes[0], note=60),))


def test_without_a_limit_it_may_copy_all_there_is():
    stage = stage_of(AlphabetPredictor(), TOKENS)
    stage.play_until(5.0)
    assert heard(stage) == "defghijklmnopqrstuvw"
    copying = stage.status.copies.current
    assert (copying.length, copying.begins, copying.piece) == (20, 0, "the alphabet")
    assert stage.status.copies.longest.run == stage.status.copies.current
    assert stage.status.copies.longest.preset == "alphabet"
    assert stage.status.copies.longest.tick == 19 * 240


def test_an_event_that_would_copy_too_much_is_drawn_again_hotter():
    network = Timid()
    stage = stage_of(network, TOKENS, originality=6, sampling=Sampling(temperature=0.0))
    stage.play_until(5.0)
    assert heard(stage) == "defghabcdeabcdeabcde"
    assert network.temperatures[:9] == [0, 0, 0, 0, 0, 0, 0.25, 0.5, 0]
    assert stage.status.copies.longest.run.length == 5
    assert stage.status.rested == 0


def test_the_screen_and_the_last_words_tell_the_limit_and_what_matters_of_the_copies():
    free, limited = (
        stage_of(AlphabetPredictor(), TOKENS),
        stage_of(AlphabetPredictor(), TOKENS, originality=4),
    )
    for stage in (free, limited):
        stage.play_until(4.0)
    assert (free.display.last.copies.limit, limited.display.last.copies.limit) == (None, 4)
    assert summary(free).endswith(", longest copy 16 events of the alphabet")
    assert summary(limited).endswith(", rested 0, copies below 4")


def test_where_only_a_copy_is_known_it_rests_and_goes_on():
    network = AlphabetPredictor()
    stage = stage_of(network, TOKENS, originality=4)
    stage.play_until(4.0)
    assert heard(stage) == "def-ghi-jkl-mno-"[:15]
    assert network.asked.count("abcdef") == 1 + TRIES + 1
    assert stage.status.rested == 0
    assert stage.status.trouble is None


def test_with_a_rhythm_the_rest_itself_is_no_copy():
    stage = stage_of(RhythmicAlphabet(240), STEPS, originality=4)
    stage.play_until(4.0)
    assert heard(stage) == "def-ghi-jkl-mno"


def test_what_waited_for_another_place_is_looked_at_again_there():
    """It is a copy only with the interval that it gets."""
    word = "stuv"
    late = [
        (f"{ticks} ticks later", [*events(word).events[:3], Event(ticks, events("v").events[0].notes)])
        for ticks in (480, 720, 960)
    ]
    network = RhythmicAlphabet(240)
    stage = stage_of(network, OriginalityIndex.build(late), originality=4)
    at_v = iter([2.3])

    def thinking(window, *rest):
        if spell(window).endswith("stu"):
            pass_time(stage, next(at_v, 0.0))
        return RhythmicAlphabet.predict(network, window, *rest)

    network.predict = thinking
    stage.play_until(12.0)
    assert "stu---" in heard(stage)
    assert "v" in heard(stage).partition("stu---")[2]
    assert stage.status.copies.longest is None


def test_a_seed_and_the_players_own_notes_do_not_count():
    stage = stage_of(AlphabetPredictor(), TOKENS, originality=4)
    stage.keys("e", at=0.35)
    stage.play_until(3.0)
    assert [entry.source for _, entry in stage.takes].count(Source.PLAYER) == 1
    # Three different notes at most, and those are nobody's.
    assert stage.status.copies.longest is None


def test_a_stop_and_another_preset_begin_anew():
    own = Style("one", AlphabetPredictor(), (Part("alphabet"),), CONTROLS, originality=TOKENS)
    other = OriginalityIndex.build([("the alphabet", events(ALPHABET).events)], has_rhythm=False)
    stage = WatchedStage(
        played_by=[own, replace(own, name="two", predictor=AlphabetPredictor(), originality=other)]
    )
    stage.performer.start()
    stage.play_until(1.5)
    assert stage.status.copies.current.length == 6
    stage.type("2", 1.5)
    stage.play_until(2.3)
    assert stage.performer.style.name == "two"
    assert stage.status.copies.current.length == 0
    stage.play_until(3.2)
    assert stage.status.copies.current.length == 5
    assert stage.status.copies.longest.preset == "alphabet"
    assert stage.status.copies.longest.run.length == 8
    stage.type(" ", 3.3)
    stage.type(" ", 3.4)
    stage.play_until(4.0)
    assert stage.status.copies.current.length < 5


def test_a_preset_that_stands_in_a_set_twice_cannot_copy_by_turns():
    controls = replace(CONTROLS, originality=6)
    verse = Style("verse", AlphabetPredictor(), (Part("alphabet"),), controls, originality=TOKENS)
    stage = WatchedStage(played_by=[verse, replace(verse, name="bridge")], switch="beat")
    stage.performer.start()
    for beat, key in enumerate("2121212"):
        stage.type(key, 0.9 + beat)
    stage.play_until(8.0)
    assert stage.status.copies.longest.run.length == 5
    assert longest_run(heard(stage)) == 5


def test_a_preset_that_does_not_know_its_corpus_cannot_keep_from_copying():
    with pytest.raises(
        UsageError,
        match=r"^--originality needs an index of the preset's training pieces, and 'old' has none: "
        r"export the preset again, or leave --originality out$",
    ):
        Style("old", AlphabetPredictor(), (Part("old"),), replace(CONTROLS, originality=8))


@pytest.mark.parametrize("events", [3, 65, 0])
def test_a_limit_out_of_range(events):
    with pytest.raises(SettingsError, match=rf"^the originality \(events\) must be 4\.\.64, got {events}$"):
        replace(CONTROLS, originality=events)


@given(
    st.builds(Sampling, st.floats(0, 10), st.integers(0, 1_000_000), st.floats(0, 1, exclude_min=True)),
    st.integers(4, 64),
)
def test_each_attempt_is_hotter_and_freer(sampling, most):
    hotter = list(attempts(replace(CONTROLS, sampling=sampling, rhythm=sampling, originality=most)))
    assert len(hotter) == 1 + TRIES
    assert hotter[0].sampling == sampling
    for before, after in pairwise(hotter):
        assert before.sampling.temperature < after.sampling.temperature or after.sampling.temperature == 10
        assert before.sampling.top_p <= after.sampling.top_p
        assert (after.sampling.top_k == 0) == (sampling.top_k == 0)
        assert before.sampling.top_k <= after.sampling.top_k
        assert after.rhythm == after.sampling
    assert hotter[-1].sampling.top_p == 1
    assert [*attempts(CONTROLS)] == [CONTROLS]


def kept(script):
    """A script whose controls keep the limit."""
    turned = [
        (at, replace(controls, step=CONTROLS.step, originality=MOST)) for at, controls in script.controls
    ]
    return replace(script, controls=turned)


@settings(max_examples=25)
@given(STAGES, SCRIPTS, st.sampled_from([0.0, 0.5, 1.0]))
@pytest.mark.slow
def test_whatever_is_done_no_more_is_copied_than_may_be(options, script, temperature):
    options = {**options, "played_by": copyists(options["thinks"], temperature=temperature)}
    stage = play(options, kept(script))
    check_end(stage)
    check_heard(stage)
    check_paired(stage)
    check_watched(stage)
    assert longest_copy(stage) < MOST
    longest = stage.status.copies.longest
    assert longest is None or longest.run.length < MOST
    assert stage.link.dropped == 0


@settings(max_examples=8)
@given(STAGES, SCRIPTS, SPELLS)
def test_nor_where_a_network_is_slow(options, script, spells):
    options = {**options, "is_quick": False, "played_by": copyists(options["thinks"])}
    stage = play(options, kept(script), lambda stage: hesitate(stage, spells))
    assert longest_copy(stage) < MOST


@settings(max_examples=10)
@given(STAGES, SCRIPTS)
def test_without_a_limit_the_longest_copy_is_the_one_that_is_found_by_trying(options, script):
    options = {
        **options,
        "played_by": copyists(options["thinks"], originality=None, rhythms=(True, True, True)),
    }
    stage = play(options, replace(script, controls=[]))
    longest = stage.status.copies.longest
    assert longest_copy(stage) == (0 if longest is None else longest.run.length)


@settings(max_examples=10)
@given(STAGES, SCRIPTS, st.lists(st.integers(0, 8000).map(lambda ms: ms / 1000), max_size=60))
@pytest.mark.slow
def test_what_is_drawn_anew_is_drawn_alike(options, script, moments):
    def played(script):
        own = {**options, "played_by": copyists(options["thinks"])}
        return play(own, kept(script)).sent

    awake = replace(script, typed=[*script.typed, *((at, "z") for at in moments)])
    assert played(awake) == played(script)
