"""Predict each event of a whole piece with a network, or with its graphs."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime

from presets.music.encoding import KEYS, encode
from training.runs.examples import Batch
from training.score.learning.batches import make_batch
from training.score.learning.examples import batch_of
from training.score.learning.network import SLOT_CLASSES, ScoreNetwork
from training.score.learning.stream import join
from training.score.reading.piece import ScorePiece

Floats = npt.NDArray[np.float32]
Probabilities = Mapping[str, npt.NDArray[np.float64]]
"""By field: the probability of each class, for each event ("ioi") or for each note and STOP ("note",
"duration", "velocity")."""

OF_NOTES = ("note", "duration", "velocity")


class Steps(NamedTuple):
    """The predictions of graphs, event by event.

    Attributes:
        probabilities: the probabilities of each field.
        hidden: the trunk's outputs after each event, (T, U).
        hidden_at_once: the same outputs if the trunk hears all events at once.
    """

    probabilities: Probabilities
    hidden: Floats
    hidden_at_once: Floats


class OnnxGraph:
    """A graph that picks its inputs by name.

    Args:
        data: the serialized graph.
    """

    def __init__(self, data: bytes) -> None:
        self._session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        self.shapes = {given.name: given.shape for given in self._session.get_inputs()}
        self._outputs = [result.name for result in self._session.get_outputs()]

    def __call__(self, known: Mapping[str, npt.NDArray[np.generic]]) -> dict[str, Floats]:
        """Return the graph's outputs by their names."""
        results = self._session.run(self._outputs, {name: known[name] for name in self.shapes})
        return dict(zip(self._outputs, results, strict=True))


def whole_piece(piece: ScorePiece, parts: int, *, outlined: bool = True) -> Batch:
    """Return a piece as one training row; a blank row comes first, so that every event is predicted."""
    stream = join([encode(piece.events, piece.positions, parts)])
    return batch_of(make_batch(stream, np.arange(len(stream.blank))[np.newaxis], None, outlined=outlined))


def infer_at_once(network: ScoreNetwork, batch: Batch) -> Probabilities:
    """Return the network's predictions for the whole row at once, as in training."""
    logits = network.training.predict_on_batch(batch.inputs)
    used = _used_slots(batch)
    return {
        "ioi": _softmax(logits["ioi"][0]),
        **{field: _softmax(logits[field][0][used]) for field in OF_NOTES},
    }


def infer_by_steps(graphs: Mapping[str, bytes], batch: Batch) -> Steps:
    """Return the graphs' predictions event by event and note by note, as in the live engine."""
    graph = {form: OnnxGraph(data) for form, data in graphs.items()}
    of_slots = {name: batch.inputs[name][0] for name in ("below", *SLOT_CLASSES)}
    of_events = {name: given[0] for name, given in batch.inputs.items() if name not in of_slots}
    events = of_events["events"]
    # The slots are in the order of the events.
    slots = _used_slots(batch)
    slots_of = np.split(slots, np.searchsorted(of_slots["event"][slots], np.arange(1, len(events))))
    begin = np.zeros(graph["trunk"].shapes["state"], dtype=np.float32)
    state, hidden = begin, []
    logits: dict[str, list[Floats]] = {field: [] for field in ("ioi", *OF_NOTES)}
    for place in range(len(events)):
        after = graph["trunk"]({"events": events[np.newaxis, place : place + 1], "state": state})
        state = after["next_state"]
        hidden.append(after["hidden"][:, 0])
        known = {name: given[place : place + 1] for name, given in of_events.items()} | {"hidden": hidden[-1]}
        logits["ioi"].append(graph["rhythm"](known)["ioi"])
        known |= graph["context"](known)
        for slot in slots_of[place]:
            of_note = known | {name: given[slot : slot + 1] for name, given in of_slots.items()}
            of_note["key"] = of_keys(known["keyboard"], of_note["symbol"])
            for field in OF_NOTES:
                logits[field].append(graph[field](of_note)[field])
    at_once = graph["trunk"]({"events": events[np.newaxis], "state": begin})["hidden"][0]
    probabilities = {field: _softmax(np.concatenate(rows)) for field, rows in logits.items()}
    return Steps(probabilities, np.concatenate(hidden), at_once)


def of_keys(keyboard: Floats, symbols: npt.NDArray[np.integer]) -> Floats:
    """Return what a network sees of the keys of these notes: (n, 88 * C), (n,) -> (n, C)."""
    rows: Floats = keyboard.reshape(len(keyboard), KEYS, -1)[np.arange(len(symbols)), symbols % KEYS]
    return rows


def bits_an_event(probabilities: Probabilities, batch: Batch) -> float:
    """Return the bits per event of the piece's own events: the mean over events of the sum over fields."""
    used = _used_slots(batch)
    bits = 0.0
    for field, of_classes in probabilities.items():
        rows = slice(None) if field == "ioi" else used
        targets, weights = batch.targets[field][0][rows], batch.weights[field][0][rows]
        counted = np.flatnonzero(weights)
        with np.errstate(divide="ignore"):  # an event with probability 0 costs infinitely many bits
            costs = -np.log2(of_classes[counted, targets[counted]])
        bits += float((weights[counted] * costs).sum())
    return bits


def _used_slots(batch: Batch) -> npt.NDArray[np.int64]:
    """Return the slots of the row without padding."""
    return np.flatnonzero(batch.weights["note"][0])


def _softmax(logits: Floats) -> npt.NDArray[np.float64]:
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    probabilities: npt.NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return probabilities
