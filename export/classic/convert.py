"""Convert a network of the articles to the single graph of a classic preset."""

import keras

from export.graphs import check_operators, fix_dimensions, serialize, to_onnx
from export.weights import Weights, load_weights
from training.classic.network import build_network
from training.classic.run import ClassicRun

LSTMS = 3


def load_network(run: ClassicRun, weights: Weights) -> keras.Model:
    """Return a run's network in the articles' form, with probabilities: (batch, window, 1) -> (batch, V).

    Raises:
        ConversionError: if the run has not finished an epoch, or its weights are damaged.
    """
    network = build_network(
        run.plan.recipe, len(run.vocabulary), run.plan.window, every_position=False, probabilities=True
    )
    load_weights(network, run, weights)
    return network


def convert(network: keras.Model) -> bytes:
    """Return the network as a serialized ONNX graph: `window` (1, window, 1) -> `probabilities` (1, V).

    Raises:
        ConversionError: if the graph has a Loop: an LSTM was split up, and a prediction would take half as
            long again.
    """
    model = to_onnx(network, {"window": network.inputs[0]}, ["probabilities"])
    # Set the batch size only after conversion: with a batch of 1, tf2onnx 1.17 does not recognise the LSTMs
    # and makes Loops.
    fix_dimensions(model, 1)
    check_operators(model, LSTMS)
    return serialize(model)
