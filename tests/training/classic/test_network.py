import keras
import numpy as np
import pytest

from training.classic.network import build_network, new_network
from training.classic.plan import ClassicPlan
from training.kinds import RECIPES

pytestmark = pytest.mark.studio


def test_the_articles_network_has_5_499_592_parameters_at_456_classes():
    for recipe in (RECIPES["chopin"], RECIPES["zelda"]):
        network = build_network(recipe, 456, 100, every_position=False, probabilities=True)
        assert network.count_params() == 5_499_592
        assert network.input_shape == (None, 100, 1)
        assert network.output_shape == (None, 456)


def test_the_recipes_are_the_articles():
    chopin, zelda = RECIPES["chopin"], RECIPES["zelda"]
    assert (chopin.dropout, chopin.optimizer, chopin.batch, chopin.epochs) == (0.3, "rmsprop", 64, 75)
    assert (zelda.dropout, zelda.optimizer, zelda.batch, zelda.epochs) == (0.5, "adam", 32, 250)


def test_both_forms_agree_on_the_last_position(tiny_recipe, tmp_path):
    trained = new_network(ClassicPlan(tiny_recipe, window=6), classes=5)
    trained.save_weights(tmp_path / "a.weights.h5")
    played = build_network(tiny_recipe, 5, 6, every_position=False, probabilities=True)
    played.load_weights(tmp_path / "a.weights.h5")
    windows = np.random.default_rng(0).random((3, 6, 1), dtype=np.float32)
    logits = keras.ops.convert_to_numpy(trained(windows))
    assert logits.shape == (3, 6, 5)
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(logits[:, -1]))
    assert np.asarray(played(windows)) == pytest.approx(expected, abs=1e-6)


def test_one_seed_gives_the_same_first_weights(tiny_recipe):
    def weights(rng_seed: int) -> list[np.ndarray]:
        return new_network(ClassicPlan(tiny_recipe, rng_seed=rng_seed), classes=5).get_weights()

    first, second, other = weights(1), weights(1), weights(2)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_the_thresholds_of_the_first_layer_lie_where_the_input_lies(tiny_recipe):
    kernel, _, bias = new_network(ClassicPlan(tiny_recipe), classes=5).get_layer("lstm_1").get_weights()
    units = tiny_recipe.lstm_units
    gates = np.arange(4 * units)
    # Keras begins with a bias of 1 at each forget gate, the second of the four.
    forget = (gates >= units) & (gates < 2 * units)
    thresholds = (forget - bias) / kernel[0]
    assert thresholds.min() >= -1e-6
    assert thresholds.max() <= 1 + 1e-6
