import numpy as np
import onnx
import pytest

from export.proof import LIMIT, ParityError
from export.score.inference import bits_an_event, infer_at_once, infer_by_steps, whole_piece
from export.score.parity import INT8_LIMIT, choose_piece, measure_int8, prove
from export.score.quantize import quantize_weights

pytestmark = pytest.mark.studio


def test_the_longest_test_piece_is_compared_whole(run, network, graphs):
    proof = prove(run, network, graphs)
    assert (proof.piece, proof.events) == ("09.mid", 4 * 15)
    assert 0 <= proof.difference <= LIMIT
    assert 0 <= proof.primed <= LIMIT
    assert proof.sentence().endswith("(limit 1e-05); 2 LSTM operators, no Loop")


def test_every_event_and_every_note_is_told(run, graphs):
    piece = choose_piece(run)
    told = infer_by_steps(graphs, whole_piece(piece, run.parts)).probabilities
    slots = sum(len(event.notes) + 1 for event in piece.events)
    assert {field: len(rows) for field, rows in told.items()} == {
        "ioi": len(piece),
        "note": slots,
        "duration": slots,
        "velocity": slots,
    }
    for rows in told.values():
        assert np.allclose(rows.sum(axis=1), 1)


def test_bits_are_what_keras_says_of_the_loss(run, network):
    batch = whole_piece(choose_piece(run), run.parts)
    training = network.training
    training.compile(loss={field: losses() for field in training.output})
    loss = training.test_on_batch(batch.inputs, batch.targets, batch.weights, return_dict=True)["loss"]
    assert bits_an_event(infer_at_once(network, batch), batch) == pytest.approx(loss / np.log(2), rel=1e-5)


def losses():
    import keras

    return keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")


def changed(graph: bytes, change) -> bytes:
    model = onnx.load_from_string(graph)
    for tensor in model.graph.initializer:
        array = onnx.numpy_helper.to_array(tensor)
        if array.dtype == np.float32 and array.ndim >= 2:
            tensor.CopyFrom(onnx.numpy_helper.from_array(change(array), tensor.name))
    return model.SerializeToString()


@pytest.mark.parametrize("form", ["trunk", "rhythm", "context", "note", "duration", "velocity"])
def test_a_graph_that_says_something_else_is_refused(run, network, graphs, form):
    other = {**graphs, form: changed(graphs[form], lambda array: array * 1.5)}
    with pytest.raises(ParityError, match=r"^Keras and ONNX may differ by at most 1e-05, got \d\.\de"):
        prove(run, network, other)


def test_a_graph_that_says_nothing_is_refused(run, network, graphs):
    other = {**graphs, "note": changed(graphs["note"], lambda array: array * np.nan)}
    with pytest.raises(ParityError, match=r"got inf: no preset was written$"):
        prove(run, network, other)


def test_weights_of_8_bits_are_smaller_and_say_almost_the_same(run, network, graphs):
    small = quantize_weights(graphs)
    assert len(small["trunk"]) < 0.5 * len(graphs["trunk"])
    proof = measure_int8(run, network, small)
    assert 0 < proof.difference < 0.1
    assert abs(proof.lost) < INT8_LIMIT
    with pytest.raises(ParityError):
        prove(run, network, small)


def test_weights_of_8_bits_that_say_something_else_are_refused(run, network, graphs):
    other = {**graphs, "note": changed(graphs["note"], lambda array: array * 1.0e3)}
    with pytest.raises(
        ParityError, match=r"^8-bit weights may change the cost of an event by at most 0\.05 bits, got \+"
    ):
        measure_int8(run, network, other)
