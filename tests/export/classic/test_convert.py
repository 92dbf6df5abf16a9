import shutil

import keras
import onnx
import pytest
from onnx import TensorProto, helper

from export.classic.convert import convert, load_network
from export.graphs import ConversionError, check_operators, operators
from tests.training.music import scale_piece
from training.classic.run import ClassicRun
from training.corpus.description import About
from training.corpus.reading import Corpus

pytestmark = pytest.mark.studio


def shape(value: onnx.ValueInfoProto) -> list[int]:
    return [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]


def test_a_graph_of_lstms_with_the_contracts_names_and_shapes(run):
    model = onnx.load_from_string(convert(load_network(run, "best")))
    counts = operators(model)
    assert counts["LSTM"] == 3
    assert counts["Loop"] == 0
    [given], [result] = model.graph.input, model.graph.output
    assert (given.name, shape(given)) == ("window", [1, 10, 1])
    assert (result.name, shape(result)) == ("probabilities", [1, len(run.vocabulary)])
    assert given.type.tensor_type.elem_type == result.type.tensor_type.elem_type == TensorProto.FLOAT


def graph_with(*operator_types: str) -> onnx.ModelProto:
    nodes = [helper.make_node(operator_type, [], []) for operator_type in operator_types]
    return helper.make_model(helper.make_graph(nodes, "graph", [], []))


def test_a_loop_is_refused_wherever_it_hides():
    inner = graph_with("LSTM", "Loop").graph
    branching = helper.make_node("If", [], [], then_branch=inner, else_branch=graph_with("Add").graph)
    model = helper.make_model(helper.make_graph([branching], "graph", [], []))
    assert operators(model) == {"If": 1, "LSTM": 1, "Loop": 1, "Add": 1}
    with pytest.raises(
        ConversionError,
        match=r"^the exported graph must have 1 LSTM operators and no Loop, got 1 LSTM and 1 Loop",
    ):
        check_operators(model, 1)


def test_a_graph_without_its_lstms_is_refused():
    with pytest.raises(
        ConversionError, match="must have 3 LSTM operators and no Loop, got 0 LSTM and 0 Loop"
    ):
        check_operators(graph_with("MatMul"), 3)


def test_the_last_and_the_best_weights(run, tmp_path):
    last = keras.saving.load_model(run.last_path).get_weights()
    assert all((a == b).all() for a, b in zip(load_network(run, "last").get_weights(), last, strict=True))
    other = ClassicRun.open(shutil.copytree(run.path, tmp_path / "run"))
    network = load_network(other, "best")
    network.set_weights([weight + 1 for weight in last])
    network.save_weights(other.best_path)
    assert (load_network(other, "best").get_weights()[0] == last[0] + 1).all()


def test_a_run_that_has_not_ended_an_epoch(tmp_path, run):
    untrained = ClassicRun.create(tmp_path / "run", run.plan, Corpus(About(), (scale_piece("a", 40),)), "")
    with pytest.raises(
        ConversionError,
        match=r"before its first epoch is finished \(best\.weights\.h5 is missing\): continue with",
    ):
        load_network(untrained, "best")
