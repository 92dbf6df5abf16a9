"""Measure how loudly pieces of a corpus are played, for `presets/music/readings.json`.

    python -m training.score.learning.readings --corpus krueger --about training/corpora/piano.toml \
        --output presets/music/readings.json

The corpus has a part for each hand. Only its training pieces are measured: the others are for tests.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from presets.atomic import write_text
from presets.errors import SegueError
from presets.music.encoding import Position
from presets.music.event import Event
from presets.music.readings import Reading
from presets.music.strokes import EVENTS, FEATURES, features, share_of, strokes_of
from training.corpus.description import read_about
from training.corpus.reading import read_corpus
from training.quiet import quiet_loading
from training.score.reading.layout import layout_from_toml
from training.score.reading.piece import ScorePiece
from training.score.reading.split import split

SUMMARY = "measure how loudly pieces are played"

READINGS = 48
"""How many pieces are measured: short and long ones alike."""

CAUTION = 30.0
"""Notes that say what all pieces say, in each piece: what a piece hardly shows is as in the others."""

DIGITS = 1
"""Of a velocity; more would be noise."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """The notes of a piece: n of them.

    Attributes:
        rows: what loudness depends on, (n, W); the product with a reading's weights is the loudness.
        louder: the velocity of each above the mean of all, (n,).
        strokes: the number of the stroke of each, from 0, rising; (n,).
    """

    rows: Numbers
    louder: Numbers
    strokes: NDArray[np.int64]


def registers_of(events: Sequence[Event]) -> list[float]:
    """Return the mean note of each of two parts; middle C for one that does not play."""
    return [
        float(np.mean([note.note for event in events for note in event.notes if note.part == part] or [60]))
        for part in (0, 1)
    ]


def measure(events: Sequence[Event], positions: Sequence[Position]) -> Measured:
    """Return what is known of each note of a piece in two parts, the lower one first."""
    registers = registers_of(events)
    rows: list[list[float]] = []
    velocities: list[int] = []
    numbers: list[int] = []
    stroke = 0
    for end, position in enumerate(positions, start=1):
        latest = events[max(0, end - EVENTS) : end]
        found = strokes_of(latest, position.tick, position.bar)
        share = share_of(latest, 1)
        for part in sorted({note.part for note in latest[-1].notes}):
            notes = [note for note in latest[-1].notes if note.part == part]
            of_stroke = features(found[part], registers[part])
            nothing = [0.0] * len(FEATURES)
            own = [*nothing, *of_stroke] if part else [*of_stroke, *nothing]
            for note in notes:
                chord = _in_chord([other.note for other in notes], note.note, part)
                rows.append([*own, part - share, *chord])
                velocities.append(note.velocity)
                numbers.append(stroke)
            stroke += 1
    heard = np.array(velocities, dtype=float)
    return Measured(np.array(rows), heard - heard.mean(), np.array(numbers))


def _in_chord(notes: Sequence[int], note: int, part: int) -> list[float]:
    """Return the rows of `tops` and `bottoms`: how far a note is more of them than the mean of its chord."""
    if len(notes) == 1:
        return [0.0] * 4
    top, bottom = ((note == end(notes)) - 1 / len(notes) for end in (max, min))
    return [0.0, top, 0.0, bottom] if part else [top, 0.0, bottom, 0.0]


def readings_of(pieces: Sequence[Measured]) -> list[Reading]:
    """Return the reading of each piece: ridge regression towards the weights of all pieces."""
    square = CAUTION * np.eye(pieces[0].rows.shape[1])
    together = np.linalg.solve(
        square + sum(piece.rows.T @ piece.rows for piece in pieces),
        sum(piece.rows.T @ piece.louder for piece in pieces),
    )
    found = []
    for piece in pieces:
        rest = piece.louder - piece.rows @ together
        weights = together + np.linalg.solve(square + piece.rows.T @ piece.rows, piece.rows.T @ rest)
        found.append(_reading(weights, _spread(piece, weights)))
    return found


def _spread(piece: Measured, weights: Numbers) -> float:
    """Return the standard deviation of what the weights do not say of a stroke."""
    rest = np.bincount(piece.strokes, piece.louder - piece.rows @ weights) / np.bincount(piece.strokes)
    return float(rest.std())


def _reading(weights: Numbers, spread: float) -> Reading:
    rounded = [round(float(weight), DIGITS) + 0.0 for weight in weights]
    n = len(FEATURES)
    low_top, high_top, low_bottom, high_bottom = rounded[2 * n + 1 :]
    return Reading(
        tuple(rounded[:n]),
        tuple(rounded[n : 2 * n]),
        rounded[2 * n],
        (low_top, high_top),
        (low_bottom, high_bottom),
        round(spread, DIGITS),
    )


def chosen(pieces: Sequence[ScorePiece]) -> list[ScorePiece]:
    """Return the pieces that are measured: evenly from the shortest to the longest."""
    by_length = sorted(pieces, key=lambda piece: (len(piece), piece.name))
    count = min(READINGS, len(by_length))
    return [by_length[(2 * place + 1) * len(by_length) // (2 * count)] for place in range(count)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--corpus", type=Path, required=True, metavar="DIR", help="a folder of MIDI files")
    parser.add_argument(
        "--about", type=Path, required=True, metavar="FILE.toml", help="its description, with two parts"
    )
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.json", help="the file to write")


def run(arguments: argparse.Namespace) -> int:
    """Read the corpus, write the readings, and return the exit code."""
    # TensorFlow loads with the reader.
    with quiet_loading():
        from training.score.learning.trainer import score_reader

    about = read_about(arguments.about)
    layout = layout_from_toml(about.layout)
    if len(layout.parts) != 2:
        raise SegueError(f"readings are of two hands: describe two parts, got {len(layout.parts)}")
    corpus = read_corpus(arguments.corpus, score_reader(about.layout), about)
    names = set(split(corpus.pieces, layout).train)
    pieces = chosen([piece for piece in corpus.pieces if piece.name in names])
    readings = readings_of([measure(piece.events, piece.positions) for piece in pieces])
    source = about.source
    rows = ",\n".join(json.dumps(reading.to_json()) for reading in readings)
    made_from = (
        f"How loudly {len(pieces)} pieces are played, in velocities. Measured by python -m "
        f"training.score.learning.readings from {source.name} ({source.author}, {source.source}, "
        f"{source.licence}). No music is in it."
    )
    write_text(arguments.output, f'{{"about": {json.dumps(made_from)},\n"readings": [\n{rows}\n]}}\n')
    return 0


if __name__ == "__main__":
    from training.standalone import run_alone

    sys.exit(run_alone(sys.modules[__name__], "training.score.learning.readings"))
