"""From a score network to the graphs of a score preset: one for each step of predicting an event."""

from export.graphs import check_operators, fix_dimensions, serialize, to_onnx
from export.weights import Weights, load_weights
from presets.bundles.networks import GRAPHS
from training.score.learning.network import ScoreNetwork, build_network
from training.score.learning.run import ScoreRun

LSTMS = 2


def load_network(run: ScoreRun, weights: Weights) -> ScoreNetwork:
    """Return all forms of a run's network.

    Raises:
        ConversionError: if the run has not ended an epoch, or its weights are not whole.
    """
    network = build_network(run.plan.recipe, run.parts)
    load_weights(network.training, run, weights)
    return network


def convert(network: ScoreNetwork) -> dict[str, bytes]:
    """Return the forms that the live engine takes as serialized ONNX graphs.

    Inputs and outputs have the names and shapes that `ScoreNetwork` states: the trunk hears any number of
    events of one row at once, the heads predict any number of rows.

    Raises:
        ConversionError: if the trunk has a Loop: an LSTM was taken apart, and a step would take longer.
    """
    return {form: _convert_form(network, form) for form in GRAPHS}


def _convert_form(network: ScoreNetwork, form: str) -> bytes:
    keras_model = getattr(network, form)
    is_trunk, is_rhythm = form == "trunk", form == "rhythm"
    outputs = ["hidden", "next_state"] if is_trunk else ["ioi"] if is_rhythm else [form]
    model = to_onnx(keras_model, {given.name: given for given in keras_model.inputs}, outputs)
    if is_trunk:
        # Only now: with a batch of 1, tf2onnx 1.17 does not recognise the LSTMs and makes Loops.
        fix_dimensions(model, 1, "events_count")
    else:
        fix_dimensions(model, "rows")
    check_operators(model, LSTMS if is_trunk else 0)
    return serialize(model)
