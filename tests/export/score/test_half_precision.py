"""Weights in 16 bits."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from export.score.half_precision import round_weights, store_in_half
from training.score.learning.network import build_network
from training.score.learning.plan import ScoreRecipe

pytestmark = pytest.mark.studio


def graph_of(weights: np.ndarray) -> bytes:
    """A graph that multiplies a row by these weights."""
    row = helper.make_tensor_value_info("row", TensorProto.FLOAT, [1, len(weights)])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, weights.shape[1]])
    node = helper.make_node("MatMul", ["row", "weights"], ["out"])
    graph = helper.make_graph([node], "product", [row], [out], [numpy_helper.from_array(weights, "weights")])
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9
    ).SerializeToString()


def product(graph: bytes, row: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    return session.run(["out"], {"row": row})[0]


def test_rounded_weights_take_half_of_the_room_and_compute_the_same() -> None:
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(64, 128)).astype(np.float16).astype(np.float32)
    row = rng.normal(size=(1, 64)).astype(np.float32)
    graph = graph_of(weights)
    small = store_in_half(graph)
    assert len(small) < 0.52 * len(graph)
    assert (product(small, row) == product(graph, row)).all()


@pytest.mark.parametrize("odd", [np.float32(1) / 3, np.float32(1e9)])
def test_what_would_lose_something_stays_as_it_is(odd: np.float32) -> None:
    weights = np.ones((64, 2), dtype=np.float32)
    weights[5, 1] = odd
    kept = onnx.load_from_string(store_in_half(graph_of(weights))).graph
    assert [tensor.data_type for tensor in kept.initializer] == [TensorProto.FLOAT]
    assert [node.op_type for node in kept.node] == ["MatMul"]


def test_all_weights_of_a_network_are_rounded_and_hardly_changed() -> None:
    recipe = ScoreRecipe("score", lstm_units=4, event_units=4, head_units=4, outline_units=4)
    network = build_network(recipe, 1).training
    before = network.get_weights()
    round_weights(network)
    after = network.get_weights()
    assert any((old != new).any() for old, new in zip(before, after, strict=True))
    for old, new in zip(before, after, strict=True):
        assert (new.astype(np.float16) == new).all()
        np.testing.assert_allclose(new, old, rtol=1e-3, atol=1e-7)
