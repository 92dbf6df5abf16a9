"""Convert a score network to the graphs of a score preset: one for each step of predicting an event."""

from export.graphs import check_operators, fix_dimensions, serialize, to_onnx
from export.weights import Weights, load_weights
from presets.bundles.networks import GRAPHS
from training.score.learning.network import ScoreNetwork, build_network
from training.score.learning.run import ScoreRun

LSTMS = 2

OUTPUTS = {"trunk": ["hidden", "next_state"], "rhythm": ["ioi"], "context": ["context", "keyboard"]}
"""The outputs of each graph; the other graphs have one, with the graph's own name."""


def load_network(run: ScoreRun, weights: Weights) -> ScoreNetwork:
    """Return all forms of a run's network.

    Raises:
        ConversionError: if the run has not finished an epoch, or its weights are damaged.
    """
    network = build_network(run.plan.recipe, run.parts)
    load_weights(network.training, run, weights)
    return network


def convert(network: ScoreNetwork) -> dict[str, bytes]:
    """Return the forms for the live engine as serialized ONNX graphs.

    `ScoreNetwork` lists the names and shapes of inputs and outputs. The trunk hears any number of events of
    one row at once; the heads predict any number of rows.

    Raises:
        ConversionError: if the trunk has a Loop: an LSTM was split up, and a step would take longer.
    """
    return {form: _convert_form(network, form) for form in GRAPHS}


def _convert_form(network: ScoreNetwork, form: str) -> bytes:
    keras_model = getattr(network, form)
    is_trunk = form == "trunk"
    outputs = OUTPUTS.get(form, [form])
    model = to_onnx(keras_model, {given.name: given for given in keras_model.inputs}, outputs)
    if is_trunk:
        # Set the batch size only after conversion: with a batch of 1, tf2onnx 1.17 does not recognise the
        # LSTMs and makes Loops.
        fix_dimensions(model, 1, "events_count")
    else:
        fix_dimensions(model, "rows")
    check_operators(model, LSTMS if is_trunk else 0)
    return serialize(model)
