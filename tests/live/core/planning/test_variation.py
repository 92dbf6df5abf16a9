"""What an answer takes up of a phrase."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.generation.prediction import Suggestion
from live.core.planning.variation import LOOSER, SHORTEST, STRONGEST, Variation
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter
from presets.music.encoding import GRID
from presets.music.event import PPQ

BAR = 4 * PPQ
CALL = [(BAR + place * PPQ // 2, note) for place, note in enumerate((60, 62, 64, 67, 65, 64, 62, 60))]
IN_C = tuple(0.0 if pitch_class in (0, 2, 4, 5, 7, 9, 11) else -9.0 for pitch_class in range(12))


def vary(call=CALL, begin=4 * BAR, end=None, quote=0.5, leanings=IN_C, seed=0, lowest=0, highest=127):
    return Variation.of(
        call,
        begin,
        end,
        BarLines.of(Meter()),
        quote=quote,
        leanings=leanings,
        lowest=lowest,
        highest=highest,
        rng=np.random.default_rng(seed),
    )


def test_the_answer_has_the_places_of_the_call_in_its_bars():
    late = [(tick + PPQ, note) for tick, note in CALL]
    assert vary(late).ticks == tuple(3 * BAR + tick for tick, _ in late)


UPBEAT = [(BAR - PPQ // 2, 55), *CALL]


def test_an_answer_begins_on_its_line_without_the_upbeat():
    assert vary(UPBEAT).ticks == vary(CALL).ticks


def test_in_the_bars_that_are_left_over_the_phrase_comes_again_with_its_upbeat():
    quarters = [(BAR - PPQ // 2, 55), *((BAR + beat * PPQ, 60 + beat) for beat in range(4))]
    first = tuple(4 * BAR + beat * PPQ for beat in range(4))
    again = (5 * BAR - PPQ // 2, *(tick + BAR for tick in first))
    assert vary(quarters, end=6 * BAR).ticks == (*first, *again, 6 * BAR)


def test_a_phrase_that_is_mostly_upbeat_keeps_it():
    short = [(BAR - 720, 60), (BAR - 480, 62), (BAR - 240, 64), (BAR, 65)]
    assert vary(short).ticks == tuple(4 * BAR + tick for tick, _ in short)


def test_the_last_event_of_an_answer_lasts_to_its_end_unless_there_are_bars_left():
    assert vary(end=5 * BAR) == Variation(4 * BAR, (*vary().ticks, 5 * BAR), (*vary().notes, None))
    assert vary(end=6 * BAR) == vary()


@pytest.mark.parametrize("begin", [4 * BAR + 1, 4 * BAR + PPQ // 4, 4 * BAR + PPQ, 5 * BAR - 1])
def test_an_answer_that_begins_elsewhere_keeps_the_places_in_the_beat(begin):
    off_beat = [(tick + PPQ // 4, note) for tick, note in CALL]
    variation = vary(off_beat, begin)
    assert begin <= variation.ticks[0] < begin + PPQ
    assert np.diff(variation.ticks).tolist() == np.diff([tick for tick, _ in off_beat]).tolist()
    assert variation.ticks[0] % PPQ == PPQ // 4


def test_hands_that_are_a_little_early_or_late_mean_the_places_of_the_beat():
    loose = [
        (tick + shift, note)
        for (tick, note), shift in zip(CALL, [-18, 25, 29, 0, -13, 12, 1, -19], strict=True)
    ]
    assert vary(loose) == vary(CALL)


def test_of_what_is_struck_together_the_highest_note_is_the_line():
    chords = sorted([*CALL, *((tick, note - 12) for tick, note in CALL)])
    assert vary(chords) == vary(CALL)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("quote", [0.05, 0.5, 1])
def test_a_motif_of_the_call_comes_back_moved_within_the_key(seed, quote):
    variation = vary(quote=quote, seed=seed)
    places = [place for place, note in enumerate(variation.notes) if note is not None]
    assert places == list(range(places[0], places[-1] + 1))
    assert len(places) >= SHORTEST
    assert all(IN_C[variation.notes[place] % 12] == 0 for place in places)
    moved = {variation.notes[place] - CALL[place][1] for place in places}
    assert max(moved) - min(moved) <= 2  # bent by a semitone where it would leave the key
    assert quote == 1 or moved != {0}


def test_where_it_quotes_most_the_whole_call_comes_back():
    assert None not in vary(quote=1).notes


@pytest.mark.parametrize("octaves", [-3, -1, 2])
def test_a_motif_outside_the_range_comes_back_in_it(octaves):
    far = [(tick, note + 12 * octaves) for tick, note in CALL]
    notes = [note for note in vary(far, lowest=55, highest=76).notes if note is not None]
    assert all(54 <= note <= 77 for note in notes)  # the range, and a bent note


def test_answers_to_one_call_differ():
    assert len({vary(seed=seed).notes for seed in range(10)}) >= 4


def test_one_repeated_note_is_no_motif_but_a_rhythm():
    variation = vary([(tick, 60) for tick, _ in CALL])
    assert set(variation.notes) == {None}
    assert len(variation.ticks) == len(CALL)


def test_without_a_key_a_motif_keeps_its_intervals():
    taken = list(vary(quote=1, leanings=()).notes)
    assert np.diff(taken).tolist() == np.diff([note for _, note in CALL]).tolist()


def test_a_suggestion_is_the_next_of_them_and_a_free_note_is_held_to_less():
    variation = Variation(0, (0, 240, 480), (60, None, 64))
    assert variation.after(0, None, 0.5) == Suggestion(240, None, 0.5 * STRONGEST * LOOSER, 240)
    assert variation.after(300, None, 0.5) == Suggestion(180, 64, 0.5 * STRONGEST, None)
    assert variation.after(480, None, 0.5) is None
    assert variation.after(300, None, 0) is None


def test_an_event_that_must_fall_on_a_line_takes_up_what_is_there():
    variation = Variation(0, (0, 240, 480), (60, None, 64))
    assert variation.after(-100, 0, 1).ioi == 100
    assert variation.after(-100, 0, 1).note == 60
    assert variation.after(100, 400, 1) is None


@given(
    st.lists(st.tuples(st.integers(0, 20 * BAR), st.integers(0, 127)), min_size=3, max_size=40).map(sorted),
    st.floats(0.01, 1),
    st.integers(0, 10),
    st.sampled_from([(), IN_C, (0.0,) * 12, (-float("inf"),) * 12]),
)
def test_whatever_is_called_an_answer_can_be_played(call, quote, seed, leanings):
    variation = vary(call, quote=quote, leanings=leanings, seed=seed)
    assert list(variation.ticks) == sorted(set(variation.ticks))
    assert all(tick % GRID == 0 and tick >= variation.begin for tick in variation.ticks)
    assert all(note is None or 0 <= note <= 127 for note in variation.notes)


def test_of_a_phrase_that_has_no_note_within_the_answer_nothing_is_taken_up():
    late = [(BAR + 3 * PPQ + place * 120, 60 + place) for place in range(3)]
    nothing = vary(late, begin=4 * BAR, end=4 * BAR + PPQ)
    assert nothing.ticks == ()
    assert nothing.after(0, None, 1) is None
