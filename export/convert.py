"""From Keras to an ONNX graph of real LSTM operators."""

import logging
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import Literal

import keras
import onnx

from presets.errors import SegueError
from training.classic.network import build_network
from training.classic.run import ClassicRun

Weights = Literal["best", "last"]


class ConversionError(SegueError):
    """A run has no such weights, or its graph is not what a preset needs."""


def load_network(run: ClassicRun, weights: Weights) -> keras.Model:
    """Return the articles' form of a run's network, with probabilities: (batch, window, 1) -> (batch, V).

    Raises:
        ConversionError: if the run has not ended an epoch, or its weights are not whole.
    """
    path = run.best_path if weights == "best" else run.last_path
    if not path.exists():
        raise ConversionError(
            f"a run must have ended an epoch to be exported, got {str(run.path)!r} without {path.name}: go "
            "on with `segue train ... --resume`"
        )
    network = build_network(
        run.plan.recipe, len(run.vocabulary), run.plan.window, every_position=False, probabilities=True
    )
    try:
        network.load_weights(path)
    except (OSError, ValueError) as error:
        raise ConversionError(f"the weights {path.as_posix()!r} are not whole: {error}") from error
    return network


def convert(network: keras.Model, window: int) -> bytes:
    """Return the network as a serialized ONNX graph: `window` (1, window, 1) -> `probabilities` (1, V).

    Raises:
        ConversionError: if the graph has a Loop: an LSTM was taken apart, and a prediction would take half as
            long again.
    """
    # The batch is left open: with a batch of 1, tf2onnx 1.17 does not recognise the LSTMs and makes Loops.
    signature = [keras.InputSpec(shape=(None, window, 1), dtype="float32", name="window")]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # tf2onnx looks for names that NumPy 2 has not, and tells of each step.
        warnings.simplefilter("ignore")
        logging.getLogger("tf2onnx").setLevel(logging.WARNING)
        path = Path(folder) / "network.onnx"
        network.export(path, format="onnx", input_signature=signature, verbose=False)
        model = onnx.load(path)
    _rename(model.graph, model.graph.input[0].name, "window")
    _rename(model.graph, model.graph.output[0].name, "probabilities")
    for value in (model.graph.input[0], model.graph.output[0]):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    model.graph.name = "classic"
    check_operators(model)
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString()
    return data


def check_operators(model: onnx.ModelProto) -> None:
    """Refuse a graph whose LSTMs were taken apart.

    Raises:
        ConversionError: if it has a Loop, or no LSTM.
    """
    counts = operators(model)
    if counts["Loop"] or not counts["LSTM"]:
        raise ConversionError(
            f"the exported graph must have LSTM operators and no Loop, got {counts['LSTM']} LSTM and "
            f"{counts['Loop']} Loop: keras {keras.__version__} and this tf2onnx take the layers apart"
        )


def operators(model: onnx.ModelProto) -> Counter[str]:
    """Count the operators of a graph by type, those of graphs inside it too."""
    counts: Counter[str] = Counter()
    graphs = [model.graph]
    while graphs:
        for node in graphs.pop().node:
            counts[node.op_type] += 1
            graphs += [attribute.g for attribute in node.attribute if attribute.HasField("g")]
    return counts


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    """Rename an input or an output wherever it is named."""
    for value in (*graph.input, *graph.output):
        value.name = new if value.name == old else value.name
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
