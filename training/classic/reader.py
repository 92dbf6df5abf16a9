"""Reading one file with music21, as the 2018 articles did."""

import hashlib
import warnings
from pathlib import Path

from music21 import chord, converter, instrument, note, stream

from training.classic.journal_reader import read_journal_piece
from training.classic.piece import ClassicPiece
from training.journals import JOURNAL_SUFFIX, Players

READER_VERSION = 1
"""Raised whenever the same file would give other tokens; older cache entries are then not used."""

SUFFIXES = (".mid", ".midi", ".mxl", ".musicxml", ".xml", ".krn", JOURNAL_SUFFIX)
"""Endings, in lower case, of the files that are read; any other file in a corpus is passed by."""


def read_piece(path: Path, name: str, players: Players = "both") -> ClassicPiece:
    """Read a file into tokens: the notes and chords of its first instrument, or of a journal's players.

    A note is its name and octave in music21's spelling; a chord is its pitch classes in normal order, joined
    by dots. Source: S. Skúli, "How to Generate Music using a LSTM Neural Network in Keras", `get_notes`.

    Raises:
        Exception: whatever music21 raises for a file that it cannot read.
    """
    if path.suffix.lower() == JOURNAL_SUFFIX:
        return read_journal_piece(path, name, players)
    data = path.read_bytes()
    with warnings.catch_warnings():
        # music21 warns of each track name that is no instrument's name.
        warnings.simplefilter("ignore")
        # Today's music21 would glue successive fast notes into chords; the articles' did not.
        score = converter.parse(path, forceSource=True, quantizePost=False)
        parts = instrument.partitionByInstrument(score)
        first = parts.parts[0].recurse() if parts is not None and parts.parts else score.flatten()
    tokens: list[str] = []
    voicings: list[tuple[int, ...]] = []
    for element in first.notes if isinstance(first, stream.Stream) else first:
        if isinstance(element, note.Note):
            tokens.append(str(element.pitch))
            voicings.append((element.pitch.midi,))
        elif isinstance(element, chord.Chord) and element.pitches:
            tokens.append(".".join(str(pitch_class) for pitch_class in element.normalOrder))
            voicings.append(tuple(sorted({pitch.midi for pitch in element.pitches})))
    return ClassicPiece(name, hashlib.sha256(data).hexdigest(), tuple(tokens), tuple(voicings))
