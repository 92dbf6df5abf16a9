"""Store the weights of graphs as 16-bit floats: half of the size. onnxruntime computes with 32-bit ones."""

import keras
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SMALL = 64
"""Constants of fewer numbers stay as they are: another node would be as large as what it saves."""


def round_weights(network: keras.Model) -> None:
    """Round the weights of a network to the nearest that 16 bits can hold, of 11 significant bits each."""
    for weights in network.weights:
        weights.assign(np.asarray(weights).astype(np.float16))


def store_in_half(graph: bytes) -> bytes:
    """Return a graph with those weights in 16 bits that lose nothing by it; what it computes is the same.

    onnxruntime widens them once, while it loads the graph.
    """
    model = onnx.load_from_string(graph)
    widened = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        with np.errstate(over="ignore"):
            half = values.astype(np.float16)
        if values.size < SMALL or (half != values).any():
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}_in_half"))
        widened.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    nodes = [*widened, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString()
    return data
