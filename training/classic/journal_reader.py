"""Read the journal of a set as the articles read a file."""

import hashlib
from pathlib import Path

from music21 import chord, pitch

from presets.music.event import PPQ
from training.classic.piece import ClassicPiece
from training.corpus.journals import Players, read_music

STEP = PPQ // 24
"""Ticks of the grid: the fingers that play a chord never land on exactly the same tick."""


def read_journal_piece(path: Path, name: str, players: Players) -> ClassicPiece:
    """Read the notes of these players in a set as tokens, in order, spelled as music21 spells a file.

    Notes that begin together, on a grid of 24 to a quarter note, are one token.

    Raises:
        SegueError: if the journal is damaged, or these players play no notes.
        OSError: if the file cannot be read.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    struck: dict[int, set[int]] = {}
    for track in read_music(path, players).tracks:
        for note in track.notes:
            struck.setdefault((note.tick + STEP // 2) // STEP, set()).add(note.note)
    voicings = tuple(tuple(sorted(notes)) for _, notes in sorted(struck.items()))
    return ClassicPiece(name, digest, tuple(map(_token, voicings)), voicings)


def _token(voicing: tuple[int, ...]) -> str:
    if len(voicing) == 1:
        return str(pitch.Pitch(midi=voicing[0]))
    return ".".join(map(str, chord.Chord(list(voicing)).normalOrder))
