"""The form bias: a section that has left its outline is brought back to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.generation.form_bias import MOST, FormBias
from live.core.generation.played_bars import Played
from live.core.generation.prediction import Ahead
from presets.music.encoding import GRID, IOIS, KEYS
from presets.music.outline import NOTES, RATE, VARIETY, numbers
from presets.music.phrase_memory import Remembered

BAR = 96 * GRID
NOTHING = (0,)
NEUTRAL = np.zeros(IOIS)
LOW, MELODY = (10,), (KEYS + 50,)


def outline(notes: float = 2, variety: float = 1, rate: float = 2) -> np.ndarray:
    values = np.zeros(len(numbers(1)), dtype=np.float32)
    values[[NOTES, VARIETY, RATE]] = notes, variety, rate
    return values


def bars(*outlines: np.ndarray, section: int = 0) -> list[Ahead]:
    """Return one bar of each section; `section` is the tick where the first one began, as seen from now."""
    begins = [section, *(index * BAR for index in range(1, len(outlines)))]
    return [Ahead(begin, begin, told, 0) for begin, told in zip(begins, outlines, strict=True)]


def played(*intervals: int, notes: int = 2) -> list[Played]:
    onsets = np.cumsum([1000, *intervals]).tolist()
    return [
        Played(onset, Remembered(12, tuple(range(40, 40 + notes)), (11,) * notes, (16,) * notes), NOTHING)
        for onset in onsets
    ]


def parted(*events: tuple[int, ...], times: int = 20) -> list[Played]:
    """Return these events, an eighth apart, again and again."""
    return [
        Played(1000 + 12 * place, Remembered(12, of, (11,) * len(of), (16,) * len(of)), NOTHING)
        for place, of in enumerate(events * times)
    ]


def shared(notes: float, *shares: float) -> np.ndarray:
    told = np.zeros(len(numbers(len(shares))), dtype=np.float32)
    told[[NOTES, RATE]] = notes, 2
    told[-len(shares) :] = shares
    return told


def bias_of(events: list[Played], *outlines: np.ndarray, form: float = 1) -> FormBias:
    return FormBias(bars(*outlines, section=(events[0].onset - events[-1].onset) * GRID), events, form)


def test_an_even_rhythm_makes_way_for_another_interval_where_the_outline_wants_some() -> None:
    even = bias_of(played(*[12] * 20), outline(variety=1)).favour_interval(NEUTRAL, 12)
    assert even[12] < -0.5
    assert not np.delete(even, 12).any()


def test_too_many_intervals_make_way_for_the_newest_where_the_outline_wants_one() -> None:
    various = bias_of(played(*[6, 12, 24, 18] * 5), outline(variety=0)).favour_interval(NEUTRAL, 18)
    assert various[18] > 0.5


def test_what_is_as_the_outline_wants_it_is_left_alone() -> None:
    bias = bias_of(played(*[6, 12] * 10), outline(variety=1))
    np.testing.assert_allclose(bias.favour_interval(NEUTRAL, 12), NEUTRAL, atol=1e-6)
    assert bias.further_notes(12, 1)[0] == 0


def test_thin_chords_become_fuller_and_full_ones_thinner() -> None:
    events = played(*[12] * 20, notes=2)
    assert bias_of(events, outline(notes=3.5)).further_notes(12, 1)[0] > 0.5
    assert bias_of(events, outline(notes=1)).further_notes(12, 1)[0] < -0.4


def test_what_has_become_too_dense_becomes_less_so_and_the_other_way_round() -> None:
    events = played(*[6] * 40)
    assert -0.3 < bias_of(events, outline(rate=2)).density(0, 0) < -0.1
    assert bias_of(events, outline(rate=4)).density(0, 0) == pytest.approx(0)
    assert 0.1 < bias_of(events, outline(rate=8)).density(0, 0) < 0.3


def test_the_density_that_the_musician_wants_is_not_taken_back() -> None:
    twice = bias_of(played(*[6] * 40), outline(rate=2))
    assert twice.density(0.9, -0.1) == pytest.approx(0.9)
    assert twice.density(1, 0) == pytest.approx(1)
    assert twice.density(0, 0) < 0


def test_a_part_that_lacks_notes_gets_them_and_no_other_part_loses_its_own() -> None:
    """Chords of two notes under one of melody, where the outline wants three and one."""
    lower, upper = bias_of(parted((10, 14, KEYS + 50)), shared(4, 0.75, 0.25)).further_notes(12, 2)
    assert lower > 0.4
    assert upper == pytest.approx(0)


def test_a_part_that_plays_too_seldom_is_favoured_and_one_that_plays_too_often_held_back() -> None:
    """A part in each event under a melody in one of four, where the outline wants each in three of four."""
    events = parted(LOW + MELODY, LOW, LOW, LOW)
    lower, upper = bias_of(events, shared(1.5, 0.5, 0.5)).entries(12, 2)
    assert -1 < lower < -0.5
    assert 1 < upper < 2


def test_parts_that_play_as_the_outline_wants_them_may_begin_as_they_like() -> None:
    as_wanted = bias_of(parted(LOW + MELODY, LOW), shared(1.5, 2 / 3, 1 / 3))
    assert as_wanted.entries(12, 2) == pytest.approx((0, 0), abs=1e-6)


def test_a_part_of_chords_makes_up_for_fewer_events_than_notes() -> None:
    """A chord of four in every second event and a single note in every second one lack 0.4 notes an event."""
    chord = (10, 14, 17, 22)
    chords = bias_of(parted(chord + MELODY, MELODY), shared(3.4, 2.4 / 3.4, 1 / 3.4)).entries(12, 2)
    single = bias_of(parted(LOW + MELODY, MELODY), shared(1.9, 0.9 / 1.9, 1 / 1.9)).entries(12, 2)
    assert 0 < 4 * chords[0] == pytest.approx(single[0], rel=1e-5)


def test_a_part_that_has_not_played_yet_is_taken_to_have_one_note() -> None:
    seldom, often = (
        bias_of(parted(LOW), shared(1 + lacking, 1 / (1 + lacking), lacking / (1 + lacking)))
        for lacking in (0.1, 0.4)
    )
    assert 0 < 4 * seldom.entries(12, 2)[1] == pytest.approx(often.entries(12, 2)[1], rel=1e-5)


def test_a_part_that_has_played_in_all_events_lacks_none() -> None:
    assert bias_of(parted(LOW + MELODY), shared(6, 0.5, 0.5)).entries(12, 2) == (0, 0)


def test_a_part_alone_always_plays() -> None:
    for notes in (1, 4):
        assert bias_of(played(*[12] * 20), outline(notes=notes)).entries(12, 1) == (0,)


def test_it_counts_since_the_section_began() -> None:
    events = [*played(*[12] * 20, notes=1), *played(notes=3)]
    # The last event, alone, has begun a section.
    events[-1] = Played(events[-2].onset + 12, events[-1].event, NOTHING)
    bias = FormBias(bars(outline(notes=3)), events, 1)
    assert bias.further_notes(12, 1)[0] == 0
    assert (bias.favour_interval(NEUTRAL, 12) == NEUTRAL).all()


def test_a_section_that_begins_with_the_next_event_owes_nothing() -> None:
    events = played(*[12] * 20, notes=1)
    bias = bias_of(events, outline(notes=3), outline(notes=3))
    assert bias.further_notes(95, 1)[0] > 0
    assert bias.further_notes(96, 1)[0] == 0


def test_the_first_events_of_a_section_say_little() -> None:
    few, many = (bias_of(played(*[12] * count, notes=1), outline(notes=3)) for count in (2, 30))
    assert 0 < few.further_notes(12, 1)[0] < many.further_notes(12, 1)[0]


@pytest.mark.parametrize("form", [0.5, 1, 2])
def test_the_form_says_how_strictly(form: float) -> None:
    events = played(*[12] * 20, notes=1)
    one = bias_of(events, outline(notes=1.5)).further_notes(12, 1)[0]
    assert bias_of(events, outline(notes=1.5), form=form).further_notes(12, 1)[0] == pytest.approx(form * one)


def test_without_a_form_or_music_nothing_is_favoured() -> None:
    events = played(*[12] * 20, notes=1)
    for bias in (
        bias_of(events, outline(notes=9), form=0),
        FormBias((), events, 1),
        FormBias(bars(outline(notes=9)), (), 1),
    ):
        assert bias.further_notes(12, 1)[0] == 0
        assert bias.entries(12, 2) == (0, 0)
        assert bias.favour_interval(NEUTRAL, 12) is NEUTRAL
        assert bias.density(0.25, 0) == 0.25


@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=60),
    st.floats(0, 30),
    st.floats(0, 5),
    st.floats(0, 20),
    st.floats(0, 4),
    st.integers(0, 384),
)
def test_it_is_never_strong_enough_to_decide_alone(intervals, notes, variety, rate, form, newest) -> None:
    bias = bias_of(played(*intervals), outline(notes, variety, rate), form=form)
    assert abs(bias.further_notes(newest, 1)[0]) <= MOST
    assert -1 <= bias.density(notes / 30, variety / 5) <= 1
    assert np.abs(bias.favour_interval(NEUTRAL, newest)).max() <= MOST


@given(
    st.lists(st.sampled_from([LOW, MELODY, LOW + MELODY]), min_size=1, max_size=60),
    st.floats(0, 30),
    st.floats(0, 1),
    st.floats(0, 4),
)
def test_no_part_is_ever_made_to_play_or_to_be_silent(events, notes, share, form) -> None:
    entries = bias_of(parted(*events, times=1), shared(notes, share, 1 - share), form=form).entries(12, 2)
    assert max(map(abs, entries)) <= MOST
