import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.generation.recall_bias import STRONGEST, RecallBias
from presets.music.encoding import KEYS
from presets.music.phrase_memory import LONGEST_MATCH, Expectation, Remembered

CHORD = Remembered(ioi=12, symbols=(39, 43), durations=(5, 5), velocities=(16, 16))
STOP = KEYS


def expecting(match: int) -> Expectation:
    return Expectation(match, CHORD, 0)


def notes_favoured(reminder: RecallBias, told: tuple[int, ...]) -> list[int]:
    return np.flatnonzero(reminder.favour_note(np.zeros(KEYS + 1), told)).tolist()


def test_the_expected_event_is_favoured_field_after_field() -> None:
    reminder = RecallBias(expecting(1), recall=1.0)
    assert np.flatnonzero(reminder.favour_interval(np.zeros(385))).tolist() == [12]
    reminder = reminder.after(12)
    assert notes_favoured(reminder, ()) == [39]
    assert notes_favoured(reminder, (39,)) == [43]
    assert notes_favoured(reminder, (39, 43)) == [STOP]


@pytest.mark.parametrize("told", [(40,), (39, 44), (39, 43, 50)])
def test_once_the_event_is_another_nothing_is_favoured(told: tuple[int, ...]) -> None:
    assert notes_favoured(RecallBias(expecting(1), recall=1.0), told) == []


def test_at_another_time_it_is_another_event() -> None:
    assert notes_favoured(RecallBias(expecting(1), recall=1.0).after(24), ()) == []


def test_the_beginning_of_a_figure_is_favoured_most_and_a_long_one_goes_on_by_itself() -> None:
    bias = [
        RecallBias(expecting(match), recall=1.0).favour_interval(np.zeros(385))[12]
        for match in range(1, LONGEST_MATCH + 1)
    ]
    assert bias[0] == pytest.approx(STRONGEST * 15 / 16)
    assert bias == sorted(bias, reverse=True)
    assert bias[-1] == 0


@given(st.integers(0, LONGEST_MATCH), st.floats(0, 1))
def test_without_recall_or_expectation_the_network_is_left_alone(match: int, recall: float) -> None:
    logits = np.linspace(-3, 3, 385)
    np.testing.assert_array_equal(RecallBias(Expectation(), recall).favour_interval(logits), logits)
    np.testing.assert_array_equal(RecallBias(expecting(match), 0).favour_interval(logits), logits)


def test_more_recall_favours_more() -> None:
    bias = [RecallBias(expecting(4), recall).favour_interval(np.zeros(385))[12] for recall in (0.25, 0.5, 1)]
    assert bias == [pytest.approx(STRONGEST * share * 0.75) for share in (0.25, 0.5, 1)]
