"""What is known before a bar line of whether a phrase ends there, beside what is known on it.

`python -m tests.measurements.phrase_ends NOTTINGHAM` reads a folder of MIDI tunes whose sections have eight
bars. From half of them it learns how the two bars before the end of a phrase differ from the two bars before
a line where it goes on (a logistic regression). For the other half it prints the share of ends that are
known, at each share of lines that are wrongly taken for ends. The last figure is the share of bar lines
without an onset: a partner who listens on the line itself takes only these for ends.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tests.measurements.answers import Struck, tunes
from tests.measurements.figures import report

BARS = 2
"""Bars that are looked at, and after which a shorter call might be over."""

SHORTEST = 0.1
"""Beats that an interval has at least, so that its logarithm is known."""

STIFFNESS = 1e-3
"""How strongly weights stay near zero, in standard deviations of what they weigh."""

WRONG = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of the lines where the music goes on that are taken for ends."""

Floats = NDArray[np.float64]
Line = tuple[int, list[float]]
"""The bars before a line, and the signs of an end."""


def signs(notes: Sequence[Struck], line: int, beats: int, tonic: int, *, minor: bool) -> list[float] | None:
    """Return the signs of an end before a bar line; None if there are too few notes.

    Args:
        notes: of a tune.
        line: beats before it.
        beats: in a bar.
        tonic: its pitch class.
        minor: whether the key is minor.
    """
    inside = [note for note in notes if line - BARS * beats <= note.at < line]
    last_bar = [note for note in inside if note.at >= line - beats]
    if len(inside) < 3 or not last_bar:
        return None
    gaps = np.diff([note.at for note in inside])
    rest = max(SHORTEST, line - inside[-1].at)
    lengths = np.diff([*(note.at for note in last_bar), line])
    longest = last_bar[int(lengths.argmax())]
    rhythms = [{round(note.at % beats, 2) for note in bar} for bar in (inside[: -len(last_bar)], last_bar)]
    third = 3 if minor else 4
    degree, long_degree = ((note.note - tonic) % 12 for note in (inside[-1], longest))
    return [
        1.0,
        np.log2(rest),
        np.log2(rest / max(SHORTEST, float(np.median(gaps)))),
        rest >= gaps.max(),
        degree == 0,
        degree in (third, 7),
        degree in (2, 11),
        np.log2(max(SHORTEST, lengths.max())),
        long_degree == 0,
        long_degree in (third, 7),
        longest.at % beats == 0,
        np.log2((len(rhythms[1]) + 0.5) / (len(rhythms[0]) + 0.5)),
        rhythms[0] == rhythms[1],
        abs(inside[-1].note - inside[-2].note) > 2,
    ]


def lines_of(notes: Sequence[Struck], sharps: int, beats: int, *, minor: bool) -> list[Line]:
    """Return every second bar line of a tune, counted from its first whole bar, with the signs of an end."""
    upbeat = beats if notes[0].at > 0 else 0
    tonic = (7 * sharps + (9 if minor else 0)) % 12
    last = int((notes[-1].at - upbeat) // beats) + 1
    found = (
        (bar, signs(notes, upbeat + bar * beats, beats, tonic, minor=minor)) for bar in range(2, last, 2)
    )
    return [(bar, row) for bar, row in found if row is not None]


def labelled(found: Sequence[Sequence[Line]], end: int) -> tuple[Floats, Floats]:
    """Return the signs at ends of phrases of `end` bars and in the middle of phrases of four; 1 for ends."""
    rows = [
        (signs, bar % end == 0) for lines in found for bar, signs in lines if bar % end == 0 or bar % 4 == 2
    ]
    return np.array([row for row, _ in rows], float), np.array([is_end for _, is_end in rows], float)


def fitted(rows: Floats, ends: Floats) -> Floats:
    """Return the weights of a logistic regression in which ends and other lines count the same."""
    spread = rows.std(axis=0) + 1e-9
    counts = np.where(ends == 1, 0.5 / ends.mean(), 0.5 / (1 - ends.mean()))

    def loss(weights: Floats) -> tuple[float, Floats]:
        likely = 1 / (1 + np.exp(-rows @ weights))
        right = np.where(ends == 1, likely, 1 - likely)
        away = weights * spread
        slope = rows.T @ (counts * (likely - ends)) / len(ends) + 2 * STIFFNESS * away * spread
        return float(-(counts * np.log(right + 1e-12)).mean() + STIFFNESS * away @ away), slope

    return np.asarray(minimize(loss, np.zeros(rows.shape[1]), jac=True).x)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tunes", type=Path)
    parser.add_argument("--draw", type=int, default=1, help="which half of the tunes is learned from")
    arguments = parser.parse_args(argv)
    found, silent, count = [], 0, 0
    for _, notes, sharps, minor, beats, _ in tunes(arguments.tunes):
        found.append(lines_of(notes, sharps, beats, minor=minor))
        onsets = {round(note.at, 2) for note in notes}
        lines = range(beats, int(notes[-1].at), beats)
        silent += sum(line not in onsets for line in lines)
        count += len(lines)
    random.Random(arguments.draw).shuffle(found)
    half = len(found) // 2
    for end in (4, 8):
        weights = fitted(*labelled(found[:half], end))
        rows, ends = labelled(found[half:], end)
        scores = rows @ weights
        limits = np.quantile(scores[ends == 0], [1 - share for share in WRONG])
        known = {
            share: round(float((scores[ends == 1] > limit).mean()), 2)
            for share, limit in zip(WRONG, limits, strict=True)
        }
        report({f"ends of {end} bars known, by the share of other lines taken for ends": known})
    report({"bar lines without an onset": round(silent / count, 3)})


if __name__ == "__main__":
    main()
