"""Reading one file for the score networks, whatever its format."""

import hashlib
import importlib.metadata
from pathlib import Path

from training.corpus.journals import JOURNAL_SUFFIX, Players
from training.score.reading.journal_reader import read_journal_piece
from training.score.reading.layout import Layout
from training.score.reading.midi_reader import read_midi
from training.score.reading.piece import PieceError, ScorePiece

READER_VERSION = 1
"""Raised whenever the same file would give other events; older cache entries are then not used."""

MIDI_SUFFIXES = (".mid", ".midi")
SCORE_SUFFIXES = (".mxl", ".musicxml", ".xml", ".krn", ".abc")

SUFFIXES = (*MIDI_SUFFIXES, *SCORE_SUFFIXES, JOURNAL_SUFFIX)
"""Endings, in lower case, of the files that are read; any other file in a corpus is passed by."""


def describe_reader(layout: Layout, players: Players = "both") -> str:
    """Return a name for everything that a piece depends on besides its file: the key of a cache."""
    reading = ([part.tracks for part in layout.parts], layout.grid, layout.bars, layout.beats, players)
    digest = hashlib.sha256(repr(reading).encode()).hexdigest()[:16]
    return f"score-reader-{READER_VERSION}-music21-{importlib.metadata.version('music21')}-{digest}"


def read_piece(source: Path, name: str, layout: Layout, players: Players = "both") -> ScorePiece:
    """Read a file whose suffix is one of `SUFFIXES` into a piece of this name; `players` is for journals.

    Raises:
        PieceError: if the file gives no piece.
        OSError: if it cannot be read.
        Exception: whatever music21 raises for a score that it cannot read.
    """
    suffix = source.suffix.lower()
    if suffix in MIDI_SUFFIXES:
        return read_midi(source, name, layout)
    if suffix == JOURNAL_SUFFIX:
        return read_journal_piece(source, name, layout, players)
    if suffix not in SCORE_SUFFIXES:
        raise PieceError(f"music must be a file that ends with {', '.join(SUFFIXES)}, got {source.name}")
    # Loading music21 takes seconds, in each process that reads: a corpus of MIDI files does without.
    from training.score.reading.score_reader import read_score

    return read_score(source, name, layout)
