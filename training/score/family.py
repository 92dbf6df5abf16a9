"""The family of score networks."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from training.corpus import Reader
from training.family import Family
from training.journals import Players
from training.score.course import ScoreCourse
from training.score.frames import FRAMES_SUFFIX, read_frames
from training.score.layout import layout_from_toml
from training.score.library import LIBRARY, list_scores
from training.score.piece import ScorePiece
from training.score.reader import SUFFIXES, describe_reader, read_piece
from training.score.run import ScoreRun


def score_reader(layout_values: Mapping[str, Any], players: Players = "both") -> Reader[ScorePiece]:
    """Return the reader of a corpus that describes its layout like this, and of these players' journals.

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


def _course(run: ScoreRun) -> ScoreCourse:
    return ScoreCourse(run.plan, run.pieces("train"), run.pieces("valid"), run.parts)


SCORE = Family(score_reader, ScoreRun, _course)
