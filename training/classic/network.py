"""The network of the two 2018 articles, in Keras 3 only: any backend trains it."""

import keras
import numpy as np

from training.classic.plan import ClassicPlan, ClassicRecipe


def build_network(
    recipe: ClassicRecipe, classes: int, window: int, *, every_position: bool, probabilities: bool
) -> keras.Model:
    """Three LSTM layers and two dense layers; every form of it has the same weights.

    Input, named `window`: float32 (batch, window, 1), token id / classes. Output: logits, or probabilities
    when asked for, of shape (batch, window, classes) when `every_position`, else (batch, classes), which is
    the articles' own form.

    Training goes on logits, which is sound for rare tokens; what is exported adds the articles' softmax,
    which has no weights.
    """
    inputs = keras.Input(shape=(window, 1), dtype="float32", name="window")
    x = keras.layers.LSTM(recipe.lstm_units, return_sequences=True, name="lstm_1")(inputs)
    x = keras.layers.Dropout(recipe.dropout, name="dropout_1")(x)
    x = keras.layers.LSTM(recipe.lstm_units, return_sequences=True, name="lstm_2")(x)
    x = keras.layers.Dropout(recipe.dropout, name="dropout_2")(x)
    x = keras.layers.LSTM(recipe.lstm_units, return_sequences=every_position, name="lstm_3")(x)
    x = keras.layers.Dense(recipe.dense_units, name="dense_1")(x)
    x = keras.layers.Dropout(recipe.dropout, name="dropout_3")(x)
    x = keras.layers.Dense(classes, name="dense_2")(x)
    if probabilities:
        x = keras.layers.Softmax(name="probabilities")(x)
    return keras.Model(inputs, x, name="classic")


def new_network(plan: ClassicPlan, classes: int) -> keras.Model:
    """Return the network for training, compiled, with first weights that the plan's seed fixes."""
    keras.utils.set_random_seed(plan.rng_seed)
    network = build_network(
        plan.recipe, classes, plan.window, every_position=plan.targets == "all", probabilities=False
    )
    _spread_thresholds(network.get_layer("lstm_1"), plan.rng_seed)
    network.compile(
        optimizer=plan.recipe.optimizer,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return network


STEEPNESS = 60.0
"""Standard deviation of the first layer's input weights."""


def _spread_thresholds(layer: keras.layers.Layer, rng_seed: int) -> None:
    """Give each gate of the first layer a threshold of its own between 0 and 1.

    The input is one number of 0..1 for hundreds of tokens. Keras's own first weights (within 0.05 of 0)
    hardly feel it, and the network stands for many epochs at the frequencies of the tokens: on the Chopin
    files the held-out loss after 250 updates was 5.1 nats a token so (the frequencies alone give 5.0), and
    4.3 like this. Layers, shapes and recipe stay the articles'.
    """
    rng = np.random.default_rng(rng_seed)
    kernel, recurrent, bias = layer.get_weights()
    kernel = rng.normal(0.0, STEEPNESS, kernel.shape).astype(kernel.dtype)
    thresholds = rng.uniform(0.0, 1.0, bias.shape).astype(bias.dtype)
    layer.set_weights([kernel, recurrent, bias - kernel[0] * thresholds])
