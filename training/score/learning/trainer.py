"""The trainer of the score networks."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from training.corpus.journals import Players
from training.corpus.reading import Reader
from training.kind import Trainer
from training.score.learning.examples import ScoreExamples
from training.score.learning.run import ScoreRun
from training.score.reading.frames import FRAMES_SUFFIX, read_frames
from training.score.reading.layout import layout_from_toml
from training.score.reading.library import LIBRARY, list_scores
from training.score.reading.piece import ScorePiece
from training.score.reading.reader import SUFFIXES, describe_reader, read_piece


def score_reader(layout_values: Mapping[str, Any], players: Players = "both") -> Reader[ScorePiece]:
    """Return the reader for a corpus with this layout, and for the notes of these players in journals.

    Raises:
        LayoutError: if the layout is wrong.
    """
    layout = layout_from_toml(layout_values)
    return Reader(
        version=describe_reader(layout, players),
        suffixes=SUFFIXES,
        read=partial(read_piece, layout=layout, players=players),
        from_json=ScorePiece.from_json,
        empty="no notes",
        libraries={LIBRARY: list_scores},
        collections={FRAMES_SUFFIX: lambda path: read_frames(path).pieces},
    )


def _examples(run: ScoreRun) -> ScoreExamples:
    start = run.start
    weights = start.best_path if start is not None else None
    return ScoreExamples(run.plan, run.pieces("train"), run.pieces("valid"), run.parts, weights)


SCORE_TRAINER = Trainer(score_reader, ScoreRun, _examples)
