"""Convert Keras networks to ONNX graphs with real LSTM operators."""

import logging
import tempfile
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path

import keras
import onnx

from presets.errors import SegueError


class ConversionError(SegueError):
    """A run lacks the weights, or its graph does not meet the needs of a preset."""


def to_onnx(
    network: keras.Model, inputs: Mapping[str, keras.KerasTensor], outputs: Sequence[str]
) -> onnx.ModelProto:
    """Return a network as an ONNX graph.

    Args:
        network: a functional model.
        inputs: the model's inputs in order, by their names in the graph.
        outputs: the names of the outputs in the graph, in the order of the model's outputs.
    """
    specs = [
        keras.InputSpec(shape=given.shape, dtype=given.dtype, name=name) for name, given in inputs.items()
    ]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # tf2onnx looks for names that NumPy 2 no longer has, and logs each step.
        warnings.simplefilter("ignore")
        logging.getLogger("tf2onnx").setLevel(logging.WARNING)
        path = Path(folder) / "network.onnx"
        signature = specs if len(specs) == 1 else [specs]
        network.export(path, format="onnx", input_signature=signature, verbose=False)
        model = onnx.load(path)
    for values, names in ((model.graph.input, inputs), (model.graph.output, outputs)):
        for value, name in zip(list(values), names, strict=True):
            _rename(model.graph, value.name, name)
    model.graph.name = network.name
    return model


def fix_dimensions(model: onnx.ModelProto, *sizes: str | int) -> None:
    """Set the first dimensions of all inputs and outputs to a size or a name, if Keras left them open."""
    for tensor in (*model.graph.input, *model.graph.output):
        for dimension, size in zip(tensor.type.tensor_type.shape.dim, sizes, strict=False):
            if dimension.HasField("dim_value"):
                continue
            if isinstance(size, int):
                dimension.dim_value = size
            else:
                dimension.dim_param = size


def check_operators(model: onnx.ModelProto, lstms: int) -> None:
    """Check that the graph has whole LSTM operators: some converters split them into smaller ones.

    Raises:
        ConversionError: if the graph has a Loop, or not exactly `lstms` LSTM operators.
    """
    counts = operators(model)
    if counts["Loop"] or counts["LSTM"] != lstms:
        raise ConversionError(
            f"the exported graph must have {lstms} LSTM operators and no Loop, got {counts['LSTM']} LSTM and "
            f"{counts['Loop']} Loop: keras {keras.__version__} and this tf2onnx split the layers"
        )


def operators(model: onnx.ModelProto) -> Counter[str]:
    """Count the operators of a graph by type, including those in nested graphs."""
    counts: Counter[str] = Counter()
    graphs = [model.graph]
    while graphs:
        for node in graphs.pop().node:
            counts[node.op_type] += 1
            graphs += [attribute.g for attribute in node.attribute if attribute.HasField("g")]
    return counts


def serialize(model: onnx.ModelProto) -> bytes:
    """Return the bytes of a graph, after ONNX's own check; the same network always gives the same bytes."""
    _put_in_order(model.graph)
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString()
    return data


def _put_in_order(graph: onnx.GraphProto) -> None:
    """Sort and name nodes and inner values as they are found from the outputs on.

    The converter's own order and names depend on chance, and on what it converted before.
    """
    makers = {name: node for node in graph.node for name in node.output}
    constants = {tensor.name: tensor for tensor in graph.initializer}
    names = {value.name: value.name for value in (*graph.input, *graph.output)} | {"": ""}
    nodes: list[onnx.NodeProto] = []
    tensors: list[onnx.TensorProto] = []

    def find(name: str) -> None:
        if name in constants:
            tensors.append(constants.pop(name))
        elif name in makers:
            node = makers[name]
            for made in node.output:
                del makers[made]
            for given in node.input:
                find(given)
            nodes.append(node)
        names.setdefault(name, f"value_{len(names)}")

    for value in graph.output:
        find(value.name)
    for number, node in enumerate(nodes):
        node.name, node.doc_string = f"{node.op_type}_{number}", ""
        node.input[:] = [names[name] for name in node.input]
        node.output[:] = [names.setdefault(name, f"value_{len(names)}") for name in node.output]
    for tensor in tensors:
        tensor.name = names[tensor.name]
    graph.doc_string = ""
    for field, found in ((graph.node, nodes), (graph.initializer, tensors), (graph.value_info, [])):
        copies = [deepcopy(value) for value in found]
        del field[:]
        field.extend(copies)


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    """Rename an input or an output wherever the graph mentions it."""
    for value in (*graph.input, *graph.output):
        value.name = new if value.name == old else value.name
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
