import math

import numpy as np
import pytest

from training.classic.evaluation import NOTHING, evaluate, evaluate_frequencies

pytestmark = pytest.mark.studio


class Oracle:
    """Gives half of the probability to the token after the newest, the rest to all alike."""

    def __init__(self, classes: int) -> None:
        self.classes = classes

    def predict_on_batch(self, inputs: np.ndarray) -> np.ndarray:
        newest = np.rint(inputs[:, -1, 0] * self.classes).astype(int)
        probabilities = np.full((len(inputs), self.classes), 0.5 / self.classes)
        probabilities[np.arange(len(inputs)), (newest + 1) % self.classes] += 0.5
        return probabilities


def test_bits_and_accuracy_of_a_known_predictor():
    ring = [index % 8 for index in range(200)]
    prediction = evaluate(Oracle(8), [ring], 8, window=10)
    assert prediction.windows == 190
    assert prediction.bits == pytest.approx(-math.log2(0.5 + 0.5 / 8))
    assert prediction.accuracy == 1.0


def test_at_most_so_many_windows_spread_to_the_end():
    seen = []

    class Watched(Oracle):
        def predict_on_batch(self, inputs):
            seen.extend(np.rint(inputs[:, 0, 0] * 300).astype(int))
            return super().predict_on_batch(inputs)

    prediction = evaluate(Watched(300), [range(300)], 300, window=10, limit=5)
    assert prediction.windows == 5
    assert seen == [0, 72, 144, 216, 289]


def test_frequencies_of_the_training_pieces():
    # Counts 4, 2 and 1, each plus one: probabilities 5/10, 3/10, 2/10.
    prediction = evaluate_frequencies([[0, 0, 0, 0, 1], [1, 2]], [[2, 2, 0, 1]], 3, window=2)
    assert prediction.windows == 2
    assert prediction.bits == pytest.approx(-(math.log2(0.5) + math.log2(0.3)) / 2)
    assert prediction.accuracy == 0.5


def test_pieces_too_short_for_a_window():
    assert evaluate(Oracle(8), [[1, 2]], 8, window=10) is NOTHING
    assert evaluate_frequencies([[1]], [], 8, window=10) is NOTHING
