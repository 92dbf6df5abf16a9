import numpy as np

from export.judging.windows import OF_A_PIECE, SAMPLE, Window, sample_windows, windows_of
from presets.music.event import PPQ
from tests.export.judging.tunes import tune


def test_windows_follow_one_another_and_leave_out_the_rest():
    assert [window.start for window in windows_of(tune(*[60] * 200))] == [0, 64, 128]
    assert list(windows_of(tune(*[60] * 63))) == []


def test_a_piece_of_fewer_than_sixteen_bars_has_no_window():
    assert list(windows_of(tune(*[60] * 128, ioi=PPQ // 2))) != []
    assert list(windows_of(tune(*[60] * 120, ioi=PPQ // 2))) == []


def test_near_the_end_the_last_sixteen_bars_are_looked_at():
    heard = tune(*[60] * 100)  # 25 bars
    assert Window(heard, 0).bars == range(16)
    assert Window(heard, 60).bars == range(9, 25)


def test_a_long_piece_does_not_outweigh_the_others():
    pieces = [tune(*[60] * 64 * 20, name="long"), *(tune(*[60] * 64, name=f"{n}") for n in range(5))]
    chosen = sample_windows(pieces, np.random.default_rng(0))
    names = [window.piece.name for window in chosen]
    assert names.count("long") == OF_A_PIECE
    assert len(set(names)) == 6


def test_no_more_windows_are_heard_than_everyone_has():
    heard = tune(*[60] * 64)
    assert len(sample_windows([heard] * (SAMPLE + 5), np.random.default_rng(0))) == SAMPLE
    long = tune(*[60] * 64 * 3)
    assert len(sample_windows([long] * SAMPLE, np.random.default_rng(0))) == SAMPLE
