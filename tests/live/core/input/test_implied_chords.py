"""Which chord a melody is likely to be over."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.input.implied_chords import ImpliedChords
from live.core.input.key_finder import KEYS_IN_ORDER, KeyFinder
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter
from presets.music.event import PPQ, Note

BARS = BarLines.of(Meter(4, 4))
BAR = 4 * PPQ
C, D, E, F, G, A, B = 60, 62, 64, 65, 67, 69, 71


def heard(melody, step=PPQ, first=0):
    """Return finders that have heard a melody in even notes."""
    keys, chords = KeyFinder(), ImpliedChords()
    for place, number in enumerate(melody):
        for finder in (keys, chords):
            finder.hear([Note(number, step, 80)], first + place * step)
    return keys, chords


def shares(melody, tick, step=PPQ):
    keys, chords = heard(melody, step)
    return chords.shares(tick, tick, BARS, keys.probabilities, keys.at_home)


def likeliest(melody, tick, step=PPQ):
    return set(np.argsort(shares(melody, tick, step))[-3:].tolist())


@pytest.mark.parametrize(
    ("melody", "chord"),
    [
        ((C, E, G, E, C, E, D, C), {0, 4, 7}),
        ((C, E, G, E, F, A, C + 12, A), {5, 9, 0}),
        ((C, E, G, E, G, B, D, G), {7, 11, 2}),
        ((A, C, E, A, E, A, C, A), {9, 0, 4}),
    ],
)
def test_the_chord_is_that_of_most_notes_of_the_bar(melody, chord):
    assert likeliest(melody, 2 * BAR - 1) == chord


def test_a_passing_note_does_not_change_it():
    assert likeliest((C, D, E, F, G, F, E, D, E), 2 * BAR + PPQ - 1) == {0, 4, 7}


def test_within_a_bar_it_mostly_stays_and_at_a_bar_line_less_surely():
    melody = (C, E, G, E, F, A, F, A)
    within, across = (shares(melody, tick) for tick in (2 * BAR - PPQ // 4, 2 * BAR))
    assert across[7] / across[5] > 2 * within[7] / within[5]


def test_nothing_is_implied_where_nothing_was_played_lately():
    assert shares((), 0) == ()
    assert shares((C, E, G), 10 * BAR) == ()


def test_when_the_music_restarts_what_was_heard_is_forgotten():
    keys, chords = heard((C, E, G, C), first=4 * BAR)
    chords.hear([Note(F, PPQ, 80)], 0)
    keys.hear([Note(A, PPQ, 80)], 4 * BAR + PPQ)
    found = chords.shares(PPQ, PPQ, BARS, keys.probabilities, keys.at_home)
    assert found[5] == max(found)


@given(
    st.lists(st.tuples(st.integers(0, 900), st.sets(st.integers(21, 108), min_size=1, max_size=5))),
    st.integers(0, 12 * BAR),
    st.builds(Meter, st.integers(1, 12), st.sampled_from([4, 8])),
)
def test_shares_are_shares_whatever_is_played(events, later, meter):
    keys, chords, tick = KeyFinder(), ImpliedChords(), 0
    for ioi, numbers in events:
        tick += ioi
        notes = [Note(number, 60, 80) for number in numbers]
        keys.hear(notes, tick)
        chords.hear(notes, tick)
    found = chords.shares(
        tick + later, tick + later // 2, BarLines.of(meter), keys.probabilities, keys.at_home
    )
    assert len(found) in (0, 12)
    if found:
        assert max(found) == 1
        assert min(found) >= 0


def test_probabilities_are_of_the_keys_and_of_none():
    keys, _ = heard((C, D, E, F, G, A, B, C))
    assert len(keys.probabilities) == len(KEYS_IN_ORDER) + 1
    assert keys.probabilities.sum() == pytest.approx(1)
