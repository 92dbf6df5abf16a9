"""Reading a journal of a set as the articles read a file."""

import hashlib
from pathlib import Path

from music21 import chord, pitch

from presets.music.event import PPQ
from training.classic.piece import ClassicPiece
from training.corpus.journals import Players, read_music

STEP = PPQ // 24
"""Ticks: hands that strike a chord are never together to the tick."""


def read_journal_piece(path: Path, name: str, players: Players) -> ClassicPiece:
    """Read what these players played in a set into tokens, in order, spelled as music21 spells a file.

    What is struck together, on a grid of 24 to a quarter note, is one token.

    Raises:
        SegueError: if the journal cannot be read, or they play nothing at all.
        OSError: if it cannot be read.
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
