from dataclasses import replace

import numpy as np
import pytest

from export.judging.two_sample import FOLDS, Sides, judge_windows
from export.judging.windows import EVENTS, Window
from tests.export.judging.tunes import tune

HEARD = [tune(*[60] * EVENTS * 4, name=f"{n}") for n in range(20)]
SIDES = Sides(
    *(
        [Window(piece, EVENTS * n) for piece in pieces for n in range(4)]
        for pieces in (HEARD[:10], HEARD[10:])
    )
)


def test_each_window_is_judged_by_who_has_not_heard_its_piece():
    asked = []

    def classify(known, unknown, seed):
        asked.append((seed, set(SIDES.pieces[known]), set(SIDES.pieces[unknown])))
        return np.zeros(len(unknown))

    judge_windows(SIDES, classify, rounds=2)
    assert [seed for seed, _, _ in asked] == list(range(2 * FOLDS))
    assert all(not known & unknown for _, known, unknown in asked)
    assert set().union(*(unknown for _, _, unknown in asked[:FOLDS])) == set(range(20))


def test_what_continues_one_seed_is_on_one_side_of_an_examination():
    windows = [Window(replace(window.piece, origin=f"{n // 8}"), 0) for n, window in enumerate(SIDES.other)]
    sides = Sides(SIDES.corpus, windows)
    assert len(set(sides.origins)) == 15
    assert len(set(sides.pieces)) == 20

    def classify(known, unknown, seed):
        assert not set(sides.origins[known]) & set(sides.origins[unknown])
        return np.zeros(len(unknown))

    judge_windows(sides, classify, rounds=2)


def test_who_knows_is_always_right_and_who_does_not_is_as_good_as_chance():
    def knows(known, unknown, seed):
        return SIDES.labels[unknown].astype(float)

    score = judge_windows(SIDES, knows, rounds=1)
    assert (score.auc, score.low, score.high, score.accuracy) == (1, 1, 1, 1)

    def guesses(known, unknown, seed):
        return np.random.default_rng(seed).random(len(unknown))

    score = judge_windows(SIDES, guesses, rounds=1)
    assert score.low < 0.5 < score.high


def test_the_interval_is_as_wide_as_the_pieces_differ():
    alike = np.random.default_rng(0).permutation(20)

    def by_piece(known, unknown, seed):
        return alike[SIDES.pieces[unknown]].astype(float)

    def by_window(known, unknown, seed):
        return np.random.default_rng(seed).random(len(unknown))

    wide, narrow = (judge_windows(SIDES, judge, rounds=1) for judge in (by_piece, by_window))
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)


def test_a_piece_of_each_side_may_have_the_same_name():
    same = Sides([Window(HEARD[0], 0)], [Window(HEARD[0], 0)])
    assert len(set(same.pieces)) == 2


def test_a_score_reads_as_a_number_and_its_interval():
    def half(known, unknown, seed):
        return np.zeros(len(unknown))

    assert str(judge_windows(SIDES, half, rounds=1)) == "0.500 [0.500, 0.500]"
    assert judge_windows(SIDES, half, rounds=1).accuracy == pytest.approx(0.5)
