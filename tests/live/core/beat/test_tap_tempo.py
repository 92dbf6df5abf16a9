import pytest

from live.core.beat.tap_tempo import TapTempo


def taps(*moments):
    tempo = TapTempo()
    return [tempo.tap(at) for at in moments]


def test_the_second_tap_shows_a_tempo_and_further_ones_settle_it():
    assert taps(1.0, 1.5, 2.02, 2.5) == [
        None,
        pytest.approx(120),
        pytest.approx(117.6, abs=0.1),
        pytest.approx(120),
    ]


def test_only_the_newest_count():
    steady = [index * 0.5 for index in range(9)]
    assert taps(*steady, 4.55, 5.1, 5.65, 6.2, 6.75, 7.3, 7.85)[-1] == pytest.approx(60 / 0.55)


def test_a_pause_begins_anew():
    assert taps(0, 0.5, 1.0, 5.0, 5.25)[3:] == [None, pytest.approx(240)]


def test_another_tempo_begins_anew():
    assert taps(0, 1.0, 2.0, 2.4, 2.8)[3:] == [None, pytest.approx(150)]


def test_a_bounce_is_no_tap():
    assert taps(0, 0.5, 0.51, 1.0) == [None, pytest.approx(120), None, pytest.approx(120)]


def test_slower_than_any_tempo_is_no_tempo():
    assert taps(0, 3.1, 6.2) == [None, None, None]
