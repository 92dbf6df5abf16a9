"""The surprise of a score preset's network at pieces: -log2 of the probability that it gave each field."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from export.score.inference import OF_NOTES, OnnxGraph, of_keys, whole_piece
from presets.bundles.networks import GRAPHS, ScoreFiles
from training.score.learning.network import SLOT_CLASSES
from training.score.reading.piece import ScorePiece

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Surprise:
    """Bits of each event of one piece, by field: shape (n,) each.

    Attributes:
        ioi: bits of the inter-onset interval.
        note: bits of all notes and the STOP after them.
        duration: bits of the durations of all notes.
        velocity: bits of the velocities of all notes.
    """

    ioi: Floats
    note: Floats
    duration: Floats
    velocity: Floats

    @property
    def total(self) -> Floats:
        """Bits of each event, all fields together."""
        return self.ioi + self.note + self.duration + self.velocity


class Judge:
    """Asks a preset's network for the probability of existing music.

    Args:
        files: the graphs of the network.
        parts: P.
    """

    def __init__(self, files: ScoreFiles, parts: int) -> None:
        self._parts = parts
        self._graphs = {graph: OnnxGraph(files.graphs[graph]) for graph in GRAPHS}

    def surprise(self, piece: ScorePiece, *, outlined: bool = False) -> Surprise:
        """Return the bits of each event of a piece, heard from the beginning; the first follows silence.

        Args:
            piece: the piece.
            outlined: whether the network is told the outlines of its bars, and which of them come back.
        """
        batch = whole_piece(piece, self._parts, outlined=outlined)
        slots = np.flatnonzero(batch.weights["note"][0])
        of_slots = {name: batch.inputs[name][0][slots] for name in ("below", *SLOT_CLASSES)}
        of_events = {name: given[0] for name, given in batch.inputs.items() if name not in of_slots}
        trunk = self._graphs["trunk"]
        state = np.zeros((1, *trunk.shapes["state"][1:]), dtype=np.float32)
        of_events["hidden"] = trunk({"events": of_events["events"][np.newaxis], "state": state})["hidden"][0]
        ioi = self._graphs["rhythm"](of_events)["ioi"]
        event = of_slots["event"]
        of_slots |= {name: rows[event] for name, rows in self._graphs["context"](of_events).items()}
        if "keyboard" in of_slots:
            of_slots["key"] = of_keys(of_slots["keyboard"], of_slots["symbol"])
        notes = {}
        for field in OF_NOTES:
            bits = _bits(self._graphs[field](of_slots)[field], batch.targets[field][0][slots])
            counts = batch.weights[field][0][slots] > 0
            notes[field] = np.zeros(len(piece))
            np.add.at(notes[field], event[counts], bits[counts])
        return Surprise(ioi=_bits(ioi, batch.targets["ioi"][0]), **notes)


def _bits(logits: npt.NDArray[np.float32], targets: npt.NDArray[np.integer]) -> Floats:
    """Return -log2 of the probability of each row's target: (N, V), (N,) -> (N,)."""
    exact = logits.astype(np.float64)
    exact -= exact.max(axis=1, keepdims=True)
    chosen = exact[np.arange(len(targets)), targets]
    bits: Floats = (np.log(np.exp(exact).sum(axis=1)) - chosen) / np.log(2)
    return bits
