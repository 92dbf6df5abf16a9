"""The proof that the exported graph predicts the same as the trained network."""

from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime

from export.graphs import operators
from export.proof import LIMIT, check_difference, largest_difference
from training.classic.run import ClassicRun
from training.classic.windows import join_pieces, windows_with_last_target

CORPUS_WINDOWS = 24
RANDOM_WINDOWS = 8


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof for a graph.

    Attributes:
        windows: number of windows compared.
        difference: the largest absolute difference between two probabilities.
        operators: the graph's operators by type.
    """

    windows: int
    difference: float
    operators: dict[str, int]

    def sentence(self) -> str:
        """Return the proof as a sentence without its full stop."""
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.operators.items()))
        return (
            f"Keras and ONNX differ by at most {self.difference:.1e} in {self.windows} windows (limit "
            f"{LIMIT:g}); operators: {counts}; no Loop"
        )


def prove(run: ClassicRun, network: keras.Model, model: bytes) -> Proof:
    """Compare network and graph over random windows and windows of music.

    The music is the held-out pieces, or the training pieces if none are held out.

    Raises:
        ParityError: if they differ by more than `LIMIT` anywhere.
    """
    windows = _windows(run)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    difference = 0.0
    for window in windows[:, np.newaxis]:
        expected = network.predict_on_batch(window)
        (got,) = session.run(["probabilities"], {"window": window})
        difference = max(difference, largest_difference(expected, got))
    check_difference(difference)
    return Proof(len(windows), difference, dict(operators(onnx.load_from_string(model))))


def _windows(run: ClassicRun) -> npt.NDArray[np.float32]:
    """Return inputs of shape (n, window, 1)."""
    classes, window = len(run.vocabulary), run.plan.window
    rng = np.random.default_rng(0)
    random = rng.integers(classes, size=(RANDOM_WINDOWS, window, 1)) / np.float32(classes)
    ids = join_pieces(run.held_out_rows or run.training_rows)
    if len(ids) <= window:
        ids = join_pieces(run.training_rows)
    count = min(CORPUS_WINDOWS, len(ids) - window)
    starts = np.linspace(0, len(ids) - window - 1, count).astype(np.int64)
    music = windows_with_last_target(ids, classes, window, starts).inputs
    return np.concatenate([music, random.astype(np.float32)])
