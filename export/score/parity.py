"""The proof that the graphs, stepping through a whole piece, say what the network says of it at once."""

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
"""Bits an event that graphs of 8-bit weights may cost more (or less) than the network."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved of the graphs.

    Attributes:
        piece: which was compared.
        events: of it.
        difference: the largest absolute difference between two probabilities, of all fields of all events.
        primed: the largest absolute difference between the trunk's outputs when it hears the piece event by
            event, and at once.
        operators: of all graphs, by type.
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
    """What was measured of graphs of 8-bit weights.

    Attributes:
        difference: as in `Proof`, from the network.
        lost: bits an event of the piece that they cost more than the network; negative if less.
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
    """Compare network and graphs of 8-bit weights over the same piece.

    Raises:
        ParityError: if the piece costs another `INT8_LIMIT` bits an event.
    """
    batch = whole_piece(choose_piece(run), run.parts)
    expected, got = infer_at_once(network, batch), infer_by_steps(graphs, batch).probabilities
    difference = max(largest_difference(expected[field], got[field]) for field in expected)
    lost = bits_an_event(got, batch) - bits_an_event(expected, batch)
    if not abs(lost) <= INT8_LIMIT:
        raise ParityError(
            f"8-bit weights may cost an event at most {INT8_LIMIT:g} bits, got {lost:+.3f}: export without "
            "--int8"
        )
    return Int8Proof(difference, lost)


def choose_piece(run: ScoreRun) -> ScorePiece:
    """Return the longest test piece; where none is held out, of the pieces that there are."""
    pieces = run.pieces("test") or run.pieces("valid") or run.pieces("train")
    return max(pieces, key=len)
