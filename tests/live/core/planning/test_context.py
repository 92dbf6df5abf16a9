"""The music up to a moment, as a value."""

from dataclasses import replace

import pytest

from live.core.planning.context import Context, joined, on_grid
from presets.bundles.bar_lines import BarLines
from presets.bundles.seed import Seed
from presets.bundles.settings import Meter, Part
from presets.music.encoding import Position
from presets.music.event import Event, Note
from presets.music.originality import OriginalityIndex, Trail
from presets.music.window import Window
from tests.live.core.planning.alphabet_music import BAR, context, letter, style
from tests.live.stage.alphabet import A, RhythmicAlphabet, events, seed, spell

BARS = BarLines.of(Meter())


@pytest.mark.parametrize(
    ("tick", "grid"), [(0, 0), (9, 0), (10, 20), (29, 20), (30, 40), (-9, 0), (-11, -20)]
)
def test_ticks_belong_to_the_nearest_24th_of_a_beat(tick, grid):
    assert on_grid(tick) == grid


class TestSeed:
    def test_its_newest_event_lies_where_its_intervals_lead(self):
        it = Context.of_seed(style(), seed("abc"), Meter())  # two intervals of an eighth
        assert (it.position, it.to_bar_line) == (Position(480, BAR), BAR - 480)

    def test_it_may_say_where_in_the_bar_it_begins(self):
        it = Context.of_seed(style(), Seed(events("abc"), Position(1680, BAR)), Meter())
        assert it.position == Position(240, BAR)

    def test_nothing_has_been_played_yet(self):
        it = Context.of_seed(style(), seed("abc"), Meter())
        assert (it.onset, it.own, it.sounded, it.played) == (None, None, None, 0)


class TestOwnEvents:
    def test_the_first_keeps_its_interval(self):
        it = context("abc").with_own(letter("d", ioi=60), 0, BARS)
        assert (it.newest.ioi, it.onset, it.own, it.sounded, it.played) == (60, 0, 0, 0, 1)

    def test_the_next_gets_the_interval_that_passed(self):
        it = context("abc").with_own(letter("d"), 0, BARS).with_own(letter("e", ioi=60), 480, BARS)
        assert (spell(it.window), it.newest.ioi, it.played) == ("abcde", 480, 2)

    def test_a_rest_takes_time_and_leaves_no_event(self):
        before = context("abc").with_own(letter("d"), 0, BARS)
        it = before.with_own(None, 480, BARS)
        assert (it.window, it.own, it.onset, it.sounded, it.played) == (before.window, 480, 0, 0, 1)

    def test_two_of_its_own_at_one_place_stay_two(self):
        it = context("abc").with_own(letter("d"), 480, BARS).with_own(letter("e"), 485, BARS)
        assert (spell(it.window), it.newest.ioi) == ("abcde", 5)

    def test_the_window_keeps_its_length(self):
        it = context("abc")
        for number in range(200):
            it = it.with_own(letter("d"), 240 * number, BARS)
        assert len(it.window.events) == 100

    def test_it_is_a_value(self):
        before = context("abc")
        before.with_own(letter("d"), 0, BARS)
        assert spell(before.window) == "abc"


class TestHands:
    def test_what_they_play_while_nothing_runs_moves_the_place_in_the_bar(self):
        it = context("abc", tick=1800).with_untimed(letter("d", ioi=240))
        assert (spell(it.window), it.position, it.onset) == ("abcd", Position(120, BAR), None)

    def test_what_they_play_at_one_place_with_segue_is_one_event(self):
        it = context("abc").with_own(letter("d"), 480, BARS).with_event(letter("f"), 485, BARS)
        assert spell(it.window) == "abc(df)"

    def test_what_is_heard_of_too_late_does_not_turn_time_back(self):
        it = context("abc").with_own(letter("d"), 480, BARS).with_event(letter("f"), 240, BARS)
        assert (spell(it.window), it.onset) == ("abc(df)", 480)

    def test_a_note_struck_just_before_the_bar_line_lies_on_it(self):
        it = context("abc").with_event(letter("d"), BAR - 5, BARS)
        assert (it.grid_position.tick, it.to_bar_line) == (0, BAR)

    def test_a_correction_takes_the_place_of_that_very_event(self):
        held = letter("d")
        it = context("abc").with_event(held, 0, BARS)
        other = letter("d", duration=999)
        assert it.corrected(it.newest, other).newest.notes[0].duration == 999
        assert it.corrected(letter("z"), other) is it


def test_joined_events_keep_the_longer_and_the_louder_of_a_note():
    one = Event(240, (Note(A, 100, 90), Note(A + 4, 100, 64)))
    two = Event(10, (Note(A, 200, 50), Note(A + 7, 50, 30)))
    assert joined(one, two) == Event(240, (Note(A, 200, 90), Note(A + 4, 100, 64), Note(A + 7, 50, 30)))


class TestStyles:
    def test_every_note_gets_one_of_the_styles_parts(self):
        duo = replace(style(), parts=(Part("low", 0, register=40), Part("high", 1, register=80)))
        it = replace(
            context("az"), window=Window.of([Event(0, (Note(30, 9, 64), Note(90, 9, 64)))])
        ).in_style(duo)
        assert [note.part for note in it.newest.notes] == [0, 1]

    def test_the_same_style_changes_nothing(self):
        it = context("abc")
        assert it.in_style(it.style) is it

    def test_another_window_length_is_cut_to(self):
        assert spell(context("abcdef").in_style(style(events_kept=3)).window) == "def"


class TestOriginality:
    index = OriginalityIndex.build([("waltz", [letter(name) for name in "abcdefgh" * 2])])

    def followed(self, predictor=None):
        it = context("xyz", style=style(predictor=predictor, originality=self.index))
        for number, name in enumerate("abcdefgh"):
            it = it.with_own(letter(name), 240 * number, BARS)
        return it

    def test_segues_own_events_are_followed_through_the_training_pieces(self):
        assert self.followed().trail.length >= 7

    def test_without_an_index_nothing_is(self):
        assert context("abc").with_own(letter("d"), 0, BARS).trail == Trail()

    def test_a_rest_breaks_what_is_copied_in_steps_and_not_what_has_rhythm(self):
        assert self.followed().with_own(None, 9999, BARS).trail == Trail()
        it = self.followed(RhythmicAlphabet(240))
        assert it.with_own(None, 9999, BARS).trail == it.trail

    def test_it_begins_afresh_with_the_music(self):
        it = self.followed().from_the_top()
        assert (it.trail, it.onset, it.own, it.sounded) == (Trail(), None, None, None)

    def test_two_styles_of_one_preset_share_it(self):
        it = self.followed()
        again = style("again", originality=self.index)
        assert it.in_style(again).trail == it.trail
        assert it.in_style(style("other")).trail == Trail()


def test_a_style_without_an_index_copies_nothing_that_is_known():
    assert context("abc").copying.length == 0
