import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.evaluation.statistics import (
    MOTIF,
    STRETCH,
    Distances,
    Spread,
    Statistics,
    StatisticsError,
    course,
    divergence,
    durations,
    even_stretches,
    iois,
    notes_per_event,
    pitch_classes,
    repeated_motifs,
)
from presets.music.event import Event, Note


def event(ioi, *notes, duration=240):
    return Event.of(ioi, [Note(note, duration, 64) for note in notes])


C_MAJOR = [event(240, 60 + step) for step in (0, 2, 4, 5, 7, 9, 11, 12)]
CHORDS = [event(480, 48, 64, 67, duration=480), event(480, 43, 65, duration=960)]

pieces = st.lists(
    st.builds(event, st.integers(0, 9000), st.integers(21, 108), duration=st.integers(1, 9000)),
    min_size=MOTIF,
    max_size=30,
)
histograms = (
    st.lists(st.integers(0, 9), min_size=4, max_size=4)
    .filter(any)
    .map(lambda counts: np.array(counts) / sum(counts))
)


def test_pitch_classes_count_notes_from_c():
    shares = pitch_classes([C_MAJOR, CHORDS])
    assert shares.tolist() == [count / 13 for count in (3, 0, 1, 0, 2, 2, 0, 3, 0, 1, 0, 1)]


def test_intervals_are_counted_in_grid_ticks_without_each_pieces_first():
    shares = iois([C_MAJOR, CHORDS])
    assert {place: shares[place] for place in np.flatnonzero(shares)} == {12: 7 / 8, 24: 1 / 8}


def test_durations_are_counted_by_note_and_class():
    shares = durations([CHORDS])
    assert {place: shares[place] for place in np.flatnonzero(shares)} == {17: 3 / 5, 24: 2 / 5}


def test_a_stretch_of_hardly_any_rhythm_is_even():
    even = [event(240, 60)] * 300
    various = [event(interval, 60) for interval in (240, 480, 120, 360)] * 75
    assert even_stretches([even + various, various]) == 1 / 3
    # The interval before the first event of a stretch does not belong to it.
    assert even_stretches([[event(9000, 60), *even], [*various[:2], *even]]) == 1
    assert even_stretches([even[1:]]) is None


def test_notes_per_event_is_a_mean():
    assert notes_per_event(CHORDS) == 2.5


@pytest.mark.parametrize(
    ("piece", "share"),
    [
        (C_MAJOR, 0),
        ([*C_MAJOR, *C_MAJOR], 2 / 9),  # the first and the last of nine
        (C_MAJOR[:1] * 20, 1),
        ([*C_MAJOR, event(960, 60), *C_MAJOR[1:]], 2 / 9),  # when a motif begins is not its own
        ([*C_MAJOR, C_MAJOR[0], event(960, 62), *C_MAJOR[2:]], 0),
        ([*C_MAJOR, event(240, 60, duration=20), *C_MAJOR[1:]], 2 / 9),
        ([*C_MAJOR, event(240, 60, 48), *C_MAJOR[1:]], 0),
        ([*C_MAJOR, *(event(240, e.notes[0].note + 2) for e in C_MAJOR)], 0),  # in another key is another
    ],
)
def test_a_motif_comes_back_with_its_notes_and_intervals(piece, share):
    assert repeated_motifs(piece) == share


@given(histograms, histograms)
def test_the_divergence_is_symmetric_and_at_most_a_bit(one, other):
    bits = divergence(one, other)
    assert bits == pytest.approx(divergence(other, one))
    assert 0 <= bits <= 1 + 1e-9
    assert divergence(one, one) == 0


def test_histograms_that_share_nothing_are_a_bit_apart():
    assert divergence([1, 0], [0, 1]) == 1
    # H(3/4, 1/4) - (H(1/2, 1/2) + H(1, 0)) / 2
    assert divergence([0.5, 0.5], [1, 0]) == pytest.approx(2 - 0.75 * math.log2(3) - 0.5)


def test_the_course_follows_all_pieces_together():
    thin, thick = [event(240, 60)] * STRETCH, [event(240, 60, 64, 67)] * STRETCH
    assert course([thin + thick, thin]) == (1, 3)
    assert course([thin * 9]) == (1,) * 5


@given(st.lists(pieces, min_size=1, max_size=4))
def test_statistics_agree_with_themselves(some):
    found = Statistics.of(some)
    assert found.pieces == len(some) == len(found.repeated)
    assert found.lowest <= found.low <= found.high <= found.highest
    assert found.density.least <= found.notes_per_event <= found.density.most
    for shares in (found.pitch_classes, found.iois, found.durations):
        assert sum(shares) == pytest.approx(1)
    assert Distances.between(found, found) == Distances(0, 0, 0)


def test_the_middle_98_percent_leave_out_single_notes():
    found = Statistics.of([[event(0, 21), *[event(240, 60), event(240, 72)] * 300, event(0, 108)]])
    assert (found.lowest, found.low, found.high, found.highest) == (21, 60, 72, 108)


def test_a_piece_shorter_than_a_motif_repeats_none():
    assert Statistics.of([C_MAJOR, CHORDS]).repeated == (0,)


def test_a_spread_gives_tenths_and_quarters():
    assert Spread.of(range(101)) == Spread(0, 10, 25, 50, 75, 90, 100)


@pytest.mark.parametrize(
    ("music", "found"), [([], "0 pieces of at most 0 events"), ([CHORDS], "1 piece of at most 2 events")]
)
def test_music_that_is_too_short_is_refused(music, found):
    with pytest.raises(
        StatisticsError, match=rf"^statistics need a piece of at least 8 events, got {found}$"
    ):
        Statistics.of(music)
