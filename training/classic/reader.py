"""Read one file with music21, as the 2018 articles did."""

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from music21 import chord, converter, instrument, note, stream
from music21.midi.translate import midiStringToStream

from presets.midi_files.midi_file import SUFFIXES as MIDI_SUFFIXES
from presets.midi_files.midi_file import MidiFile
from training.classic.journal_reader import read_journal_piece
from training.classic.piece import ClassicPiece
from training.classic.plain_midi import write_plainly
from training.corpus.journals import JOURNAL_SUFFIX, Players

READER_VERSION = 3
"""The number goes up whenever the same file would give other tokens; older cache entries are then ignored."""

SUFFIXES = (*MIDI_SUFFIXES, ".mxl", ".musicxml", ".xml", ".krn", JOURNAL_SUFFIX)
"""Endings, in lower case, of the files to read; other files in a corpus are skipped."""


def read_piece(path: Path, name: str, players: Players = "both") -> ClassicPiece:
    """Read a file as tokens: the first instrument that has notes, or these players in a journal.

    The token of a note is its name and octave in music21's spelling; the token of a chord is its pitch
    classes in normal order, joined by dots. Source: S. Skúli, "How to Generate Music using a LSTM Neural
    Network in Keras", `get_notes`. The article's function reads the first instrument even if it has no notes,
    because music21 makes an instrument from a track's name. For MIDI files with a single track this function
    does the same, so that the articles' corpora give the same tokens as in the articles.

    Raises:
        MidiReadError: if a MIDI file is damaged.
        Exception: any exception that music21 raises for a file that it cannot read.
    """
    if path.suffix.lower() == JOURNAL_SUFFIX:
        return read_journal_piece(path, name, players)
    data = path.read_bytes()
    file = MidiFile(data) if path.suffix.lower() in MIDI_SUFFIXES else None
    is_single = file is not None and file.file_type == 0
    with warnings.catch_warnings(), _no_rests() if is_single else nullcontext():
        # music21 warns about each track name that is not the name of an instrument.
        warnings.simplefilter("ignore")
        if file is None:
            score = converter.parse(path, forceSource=True)
        else:
            # By default, current versions of music21 merge fast successive notes into chords; the articles'
            # version did not.
            score = midiStringToStream(write_plainly(file), quantizePost=False)
        parts = instrument.partitionByInstrument(score)
    instruments = list(parts.parts) if parts is not None and parts.parts else [score.flatten()]
    if is_single:
        del instruments[1:]
    read = map(_tokens_and_voicings, instruments)
    tokens, voicings = next((found for found in read if found[0]), ((), ()))
    remarks = file.remarks if file is not None else ()
    return ClassicPiece(name, hashlib.sha256(data).hexdigest(), tokens, voicings, remarks)


@contextmanager
def _no_rests() -> Iterator[None]:
    """Keep music21 from filling gaps with rests: no token is a rest, and they take half of the reading.

    Only for a single track: where tracks are merged into an instrument, rests change the order of notes that
    begin together.
    """
    make_rests = stream.Stream.makeRests
    stream.Stream.makeRests = lambda *_, **__: None
    try:
        yield
    finally:
        stream.Stream.makeRests = make_rests


def _tokens_and_voicings(part: stream.Stream) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
    tokens: list[str] = []
    voicings: list[tuple[int, ...]] = []
    for element in part.recurse():
        if isinstance(element, note.Note):
            tokens.append(str(element.pitch))
            voicings.append((element.pitch.midi,))
        elif isinstance(element, chord.Chord) and element.pitches:
            tokens.append(".".join(str(pitch_class) for pitch_class in element.normalOrder))
            voicings.append(tuple(sorted({pitch.midi for pitch in element.pitches})))
    return tuple(tokens), tuple(voicings)
