"""The figure of the literature's table: nats a frame of the JSB chorales' test set."""

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
class ChoraleFigures:
    """How well the test set is predicted.

    Attributes:
        pieces: of the test set.
        frames: quarter notes of them, silent ones too.
        nats: a frame, all fields of an event: when it comes and its notes.
        notes: nats a frame of the notes alone.
    """

    pieces: int
    frames: int
    nats: float
    notes: float


def evaluate_chorales(run: ScoreRun, files: ScoreFiles, path: Path, stage: OnStep) -> ChoraleFigures:
    """Return the figure of a network that was trained on the training set of the same file.

    Each chorale is predicted from silence on, its first frame too.

    Args:
        run: what was trained.
        files: its network.
        path: the frames.
        stage: called as it goes on.

    Raises:
        FramesError: if the file holds something else than frames.
        EvaluationError: if the run was trained on something else.
    """
    frames = read_frames(path)
    test = [piece for piece in frames.pieces if piece.name.startswith("test/")]
    digests = {piece.sha256 for piece in run.all_pieces}
    if digests != {test[0].sha256}:
        raise EvaluationError(
            f"the network must be trained on the file that it is judged by, and {run.path.as_posix()!r} was "
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
    return ChoraleFigures(len(test), count, total * math.log(2) / count, notes * math.log(2) / count)
