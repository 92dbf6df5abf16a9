"""The trainer of the articles' networks."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import music21

from training.classic.examples import ClassicExamples
from training.classic.piece import ClassicPiece
from training.classic.reader import READER_VERSION, SUFFIXES, read_piece
from training.classic.run import ClassicRun
from training.corpus.journals import Players
from training.corpus.reading import Reader
from training.kind import Trainer

READER = Reader(
    version=f"reader-{READER_VERSION}-music21-{music21.VERSION_STR}",
    suffixes=SUFFIXES,
    read=read_piece,
    from_json=ClassicPiece.from_json,
    empty="no notes in its first instrument",
)


def _reader(_layout: Mapping[str, Any], players: Players) -> Reader[ClassicPiece]:
    """Return the reader for these players; it ignores the layout, since the articles had no parts or bars."""
    if players == "both":
        return READER
    return replace(READER, version=f"{READER.version}-{players}", read=partial(read_piece, players=players))


def _examples(run: ClassicRun) -> ClassicExamples:
    return ClassicExamples(run.plan, run.vocabulary, run.training_rows, run.held_out_rows)


CLASSIC_TRAINER = Trainer(_reader, ClassicRun, _examples)
