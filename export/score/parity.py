"""The proof that the graphs, event by event, predict the same as the network for a whole piece at once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import onnx

from export.graphs import operators
from export.proof import LIMIT, ParityError, check_difference, largest_difference
from export.score.inference import bits_an_event, infer_at_once, infer_by_steps, whole_piece
from training.score.learning.network import ScoreNetwork
from training.score.learning.run import ScoreRun
from training.score.reading.piece import ScorePiece

INT8_LIMIT = 0.05
"""Maximum difference, in bits per event, between graphs with 8-bit weights and the network."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof for the graphs.

    Attributes:
        piece: name of the piece that was compared.
        events: number of its events.
        difference: the largest absolute difference between two probabilities, in all fields of all events.
        primed: the largest absolute difference between the trunk's outputs after hearing the piece event by
            event, and after hearing it at once.
        operators: the operators of all graphs, by type.
    """

    piece: str
    events: int
    difference: float
    primed: float
    operators: Mapping[str, int]

    def sentence(self) -> str:
        """Say it."""
        return (
            f"Keras at once and ONNX event by event differ by at most {self.difference:.1e} in the "
            f"probabilities of all {self.events} events of {self.piece}, ONNX at once and event by event by "
            f"{self.primed:.1e} (limit {LIMIT:g}); {self.operators['LSTM']} LSTM operators, no Loop"
        )


@dataclass(frozen=True, slots=True)
class Int8Proof:
    """The measurements on graphs with 8-bit weights.

    Attributes:
        difference: the largest difference from the network, as in `Proof`.
        lost: how many bits per event more than the network they cost; negative if fewer.
    """

    difference: float
    lost: float

    def sentence(self) -> str:
        """Say it."""
        return (
            "the weights were then made 8-bit integers: the probabilities differ by at most "
            f"{self.difference:.3f}, and an event costs {self.lost:+.4f} bits (limit {INT8_LIMIT:g})"
        )


def prove(run: ScoreRun, network: ScoreNetwork, graphs: Mapping[str, bytes]) -> Proof:
    """Compare network and graphs over a whole piece.

    Raises:
        ParityError: if they differ by more than `LIMIT` anywhere.
    """
    piece = choose_piece(run)
    batch = whole_piece(piece, run.parts)
    expected, steps = infer_at_once(network, batch), infer_by_steps(graphs, batch)
    difference = max(largest_difference(expected[field], steps.probabilities[field]) for field in expected)
    primed = largest_difference(steps.hidden_at_once, steps.hidden)
    check_difference(difference)
    check_difference(primed)
    counts = sum((operators(onnx.load_from_string(graph)) for graph in graphs.values()), start=Counter())
    return Proof(piece.name, len(piece), difference, primed, counts)


def measure_int8(run: ScoreRun, network: ScoreNetwork, graphs: Mapping[str, bytes]) -> Int8Proof:
    """Compare network and graphs with 8-bit weights over the same piece.

    Raises:
        ParityError: if the cost of the piece differs by more than `INT8_LIMIT` bits per event.
    """
    batch = whole_piece(choose_piece(run), run.parts)
    expected, got = infer_at_once(network, batch), infer_by_steps(graphs, batch).probabilities
    difference = max(largest_difference(expected[field], got[field]) for field in expected)
    lost = bits_an_event(got, batch) - bits_an_event(expected, batch)
    if not abs(lost) <= INT8_LIMIT:
        raise ParityError(
            f"8-bit weights may change the cost of an event by at most {INT8_LIMIT:g} bits, got {lost:+.3f}: "
            "export without --int8"
        )
    return Int8Proof(difference, lost)


def choose_piece(run: ScoreRun) -> ScorePiece:
    """Return the longest test piece; without test pieces the longest one for validation, or for training."""
    pieces = run.pieces("test") or run.pieces("valid") or run.pieces("train")
    return max(pieces, key=len)
