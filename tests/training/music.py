"""Small pieces that the tests write themselves."""

from collections.abc import Sequence
from pathlib import Path

import mido

from training.classic.piece import ClassicPiece

C_MAJOR = ((60,), (62,), (64,), (65,), (67,), (69,), (71,), (72,))
NAMES = ("C4", "D4", "E4", "F4", "G4", "A4", "B4", "C5")


def write_midi(path: Path, parts: Sequence[Sequence[Sequence[int]]], step: int = 240) -> Path:
    """Write parts, each a row of notes struck together every `step` ticks (480 a quarter)."""
    file = mido.MidiFile(ticks_per_beat=480)
    for channel, part in enumerate(parts):
        track = mido.MidiTrack([mido.Message("program_change", channel=channel, program=channel * 40)])
        for notes in part:
            track += [mido.Message("note_on", channel=channel, note=note, velocity=64) for note in notes]
            track += [
                mido.Message("note_off", channel=channel, note=note, time=step * (not index))
                for index, note in enumerate(notes)
            ]
        file.tracks.append(track)
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(path)
    return path


def scale_piece(name: str, length: int, lowest: int = 60) -> ClassicPiece:
    """A major scale up from `lowest`, again and again, as a piece that was read."""
    notes = [(lowest + C_MAJOR[index % 8][0] - 60,) for index in range(length)]
    return ClassicPiece(name, f"sha256 of {name}", tuple(f"note{note}" for (note,) in notes), tuple(notes))
