import numpy as np
import onnx
import pytest

from export.classic.convert import convert, load_network
from export.classic.parity import prove
from export.proof import LIMIT, ParityError

pytestmark = pytest.mark.studio


@pytest.fixture(scope="module")
def exported(trained_folder):
    from training.classic.run import ClassicRun

    network = load_network(ClassicRun.open(trained_folder), "best")
    return network, convert(network)


def test_the_graph_says_what_the_network_says(run, exported):
    proof = prove(run, *exported)
    assert proof.windows == 28  # 8 at random, and all 20 that the held-out piece has
    assert 0 <= proof.difference <= LIMIT
    assert proof.sentence().startswith(
        f"Keras and ONNX differ by at most {proof.difference:.1e} in 28 windows"
    )
    assert "3 LSTM" in proof.sentence()


def changed(model: bytes, name_part: str, change) -> bytes:
    graph = onnx.load_from_string(model)
    for tensor in graph.graph.initializer:
        array = onnx.numpy_helper.to_array(tensor)
        if name_part in tensor.name and array.dtype == np.float32 and array.ndim == 2:
            tensor.CopyFrom(onnx.numpy_helper.from_array(change(array), tensor.name))
    return graph.SerializeToString()


@pytest.mark.parametrize("change", [lambda array: array * 2, lambda array: array * np.nan])
def test_a_graph_that_says_something_else_is_refused(run, exported, change):
    network, model = exported
    with pytest.raises(ParityError, match=r"^Keras and ONNX may differ by at most 1e-05, got (\d\.\de|inf)"):
        prove(run, network, changed(model, "", change))
