"""Read chorales as frames: the form in which the literature compares models of polyphonic music.

Source: N. Boulanger-Lewandowski, Y. Bengio and P. Vincent, "Modeling Temporal Dependencies in
High-Dimensional Sequences" (ICML 2012). A file holds the pieces of `train`, `valid` and `test`. A piece is a
list of frames; a frame is a list of the MIDI notes that sound in one quarter note.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presets.bundles.settings import Meter
from presets.errors import SegueError
from presets.music.encoding import BEAT
from presets.music.event import PPQ, Event, Note
from training.score.reading.piece import ScorePiece
from training.score.reading.split import OWN_SETS

FRAMES_SUFFIX = ".json"

VELOCITY = 64
"""Frames have no dynamics: every note gets this velocity."""


class FramesError(SegueError):
    """A file does not hold frames of an official split."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The pieces of an official split.

    Attributes:
        pieces: the pieces of all three sets, named `train/000` and so on. A frame with notes becomes an event
            of one quarter note, an empty frame a quarter note of silence.
        counts: the number of frames in each set, including empty ones.
    """

    pieces: tuple[ScorePiece, ...]
    counts: dict[str, int]


def read_frames(path: Path) -> Frames:
    """Read a file of frames.

    Raises:
        FramesError: if the file cannot be read, or holds anything else.
    """
    try:
        data = path.read_bytes()
        sets = json.loads(data)
        if set(sets) != set(OWN_SETS):
            raise FramesError(
                f"a file of frames must hold {', '.join(OWN_SETS)}, got {', '.join(sets) or 'none'} in "
                f"{str(path)!r}"
            )
        digest = hashlib.sha256(data).hexdigest()
        pieces = tuple(
            _read_piece(f"{role}/{number:03}", digest, frames)
            for role in OWN_SETS
            for number, frames in enumerate(sets[role])
        )
    except OSError as error:
        raise FramesError(f"cannot read the frames {str(path)!r}: {error.strerror}") from error
    except (TypeError, ValueError) as error:
        raise FramesError(
            "a file of frames must be JSON with a list of pieces for each set, and a piece must be a list of "
            f"lists of notes, got {str(path)!r}: {error}"
        ) from error
    if empty := [role for role in OWN_SETS if not sets[role]]:
        raise FramesError(
            f"each set of a file of frames must hold a piece, got none in {', '.join(empty)} of {str(path)!r}"
        )
    return Frames(pieces, {role: sum(map(len, sets[role])) for role in OWN_SETS})


def _read_piece(name: str, digest: str, frames: Sequence[Sequence[Any]]) -> ScorePiece:
    """Make a piece from its frames; a `ValueError` names the piece if the frames are wrong."""
    events, last = [], None
    try:
        for place, notes in enumerate(frames):
            if notes:
                ioi = 0 if last is None else (place - last) * PPQ
                events.append(Event.of(ioi, (Note(int(note), PPQ, VELOCITY) for note in set(notes))))
                last = place
        return ScorePiece(
            name=name,
            sha256=digest,
            events=tuple(events),
            positions=(BEAT,) * len(events),
            bpm=60.0,
            meter=Meter(1, 4),
        )
    except (TypeError, ValueError, OverflowError, SegueError) as error:
        raise ValueError(f"{name}: {error}") from error
