"""Read one file of any supported format for the score networks."""

import hashlib
import importlib.metadata
from pathlib import Path

from presets.midi_files.midi_file import SUFFIXES as MIDI_SUFFIXES
from training.corpus.journals import JOURNAL_SUFFIX, Players
from training.score.reading.journal_reader import read_journal_piece
from training.score.reading.layout import Layout
from training.score.reading.midi_reader import read_midi
from training.score.reading.piece import PieceError, ScorePiece

READER_VERSION = 2
"""The number goes up whenever the same file would give other events; older cache entries are then ignored."""

SCORE_SUFFIXES = (".mxl", ".musicxml", ".xml", ".krn", ".abc")

SUFFIXES = (*MIDI_SUFFIXES, *SCORE_SUFFIXES, JOURNAL_SUFFIX)
"""Endings, in lower case, of the files to read; other files in a corpus are skipped."""


def describe_reader(layout: Layout, players: Players = "both") -> str:
    """Return a name for everything, apart from its file, that a piece depends on: the key in the cache."""
    reading = ([part.tracks for part in layout.parts], layout.grid, layout.bars, layout.beats, players)
    digest = hashlib.sha256(repr(reading).encode()).hexdigest()[:16]
    return f"score-reader-{READER_VERSION}-music21-{importlib.metadata.version('music21')}-{digest}"


def read_piece(source: Path, name: str, layout: Layout, players: Players = "both") -> ScorePiece:
    """Read a file with one of `SUFFIXES` as a piece of this name; `players` applies to journals.

    Raises:
        PieceError: if the file gives no piece.
        MidiReadError: if a MIDI file is damaged.
        OSError: if the file cannot be read.
        Exception: any exception that music21 raises for a score that it cannot read.
    """
    suffix = source.suffix.lower()
    if suffix in MIDI_SUFFIXES:
        return read_midi(source, name, layout)
    if suffix == JOURNAL_SUFFIX:
        return read_journal_piece(source, name, layout, players)
    if suffix not in SCORE_SUFFIXES:
        raise PieceError(f"a music file must end in {', '.join(SUFFIXES)}, got {source.name}")
    # Loading music21 takes seconds in each reading process, and a corpus of MIDI files does not need it.
    from training.score.reading.score_reader import read_score

    return read_score(source, name, layout)
