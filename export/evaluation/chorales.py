"""The benchmark of the literature: nats per frame of the test set of the JSB chorales."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from export.evaluation.evaluation import EvaluationError, OnStep
from export.evaluation.surprise import Judge
from presets.bundles.networks import ScoreFiles
from training.score.learning.run import ScoreRun
from training.score.reading.frames import read_frames


@dataclass(frozen=True, slots=True)
class ChoraleResult:
    """The measurements on the test set.

    Attributes:
        pieces: number of pieces in the test set.
        frames: number of quarter notes in them, including silent ones.
        nats: nats per frame for all fields of an event: its onset and its notes.
        notes: nats per frame for the notes alone.
    """

    pieces: int
    frames: int
    nats: float
    notes: float


def evaluate_chorales(run: ScoreRun, files: ScoreFiles, path: Path, stage: OnStep) -> ChoraleResult:
    """Measure a network that was trained on the training set of the same file.

    Each chorale is predicted from silence, including its first frame.

    Args:
        run: the run of the network.
        files: the network.
        path: the file of frames.
        stage: called with the progress.

    Raises:
        FramesError: if the file does not hold frames.
        EvaluationError: if the run was trained on another file.
    """
    frames = read_frames(path)
    test = [piece for piece in frames.pieces if piece.name.startswith("test/")]
    digests = {piece.sha256 for piece in run.all_pieces}
    if digests != {test[0].sha256}:
        raise EvaluationError(
            f"--jsb needs a network that was trained on the same file, and {run.path.as_posix()!r} was "
            f"not trained on {path.as_posix()!r}: make a run with `segue train --recipe score --corpus "
            f"{path.as_posix()} --run RUNDIR`"
        )
    judge = Judge(files, run.parts)
    total = notes = 0.0
    for number, piece in enumerate(test):
        surprise = judge.surprise(piece)
        total += float(np.sum(surprise.total))
        notes += float(np.sum(surprise.note))
        stage("asking the network", number + 1, len(test))
    count = frames.counts["test"]
    return ChoraleResult(len(test), count, total * math.log(2) / count, notes * math.log(2) / count)
