"""Can a judge who hears loudness alone tell the shading from the performances of its corpus?

    python -m tests.measurements.shading CORPUS [--about training/corpora/piano.toml]

The held-out pieces of the corpus are played note for note with one velocity, and shaded, three times with
other random numbers. The judge's trees compare the loudness of 64 events with that of the corpus, other
pieces than those that they learnt from. Exits with 1 if the mean AUC of the shading is above 0.85, or its
mean loudness more than 1 velocity off.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from live.core.planning.shading import Shading
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.music.readings import shipped_readings
from training.corpus.description import read_about
from training.corpus.reading import read_corpus
from training.quiet import quiet_loading
from training.score.learning.readings import registers_of
from training.score.reading.layout import layout_from_toml
from training.score.reading.piece import ScorePiece
from training.score.reading.split import split

EVENTS = 64
WINDOWS = 8
"""Windows of so many events, of each piece at most."""

FOLDS, ROUNDS = 5, 3
SHADINGS = 3

MOST_AUC = 0.85
MOST_OFF = 1.0

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the judge knows of the notes of a piece, apart from their loudness.

    Attributes:
        event: the number of the event of each note.
        note: the number of each.
        tick: when each event comes.
        place: its place in the bar.
        duration: of its longest note.
        is_top: whether its highest note is the highest that sounds.
    """

    event: NDArray[np.int64]
    note: NDArray[np.int64]
    tick: NDArray[np.int64]
    place: NDArray[np.int64]
    duration: NDArray[np.int64]
    is_top: NDArray[np.bool_]


def hear(piece: ScorePiece) -> Heard:
    """Return what the judge knows of the first events of a piece."""
    events = piece.events[: EVENTS * WINDOWS]
    ticks = np.cumsum([0, *(event.ioi for event in events[1:])])
    sounding: list[tuple[int, int]] = []
    is_top = []
    for event, tick in zip(events, ticks.tolist(), strict=True):
        sounding = [(end, note) for end, note in sounding if end > tick]
        top = max(event.note_numbers)
        is_top.append(all(note <= top for _, note in sounding))
        sounding += [(tick + note.duration, note.note) for note in event.notes]
    return Heard(
        np.repeat(np.arange(len(events)), [len(event.notes) for event in events]),
        np.array([note.note for event in events for note in event.notes]),
        ticks,
        np.array([position.tick for position in piece.positions[: len(events)]]),
        np.array([max(note.duration for note in event.notes) for event in events]),
        np.array(is_top),
    )


def loudness_features(heard: Heard, velocities: Numbers, first: int) -> list[float]:
    """Return what the judge compares of the events from `first` on; loudness in 32 classes."""
    of_window = (heard.event >= first) & (heard.event < first + EVENTS)
    event, note = heard.event[of_window] - first, heard.note[of_window]
    loud = velocities[of_window] // 4
    count = np.bincount(event)
    level = np.bincount(event, loud) / count
    begins = np.searchsorted(event, np.arange(EVENTS))
    top, bottom = np.maximum.reduceat(note, begins), np.minimum.reduceat(note, begins)
    inside, in_chord = loud - level[event], count[event] > 1
    place, duration = (values[first : first + EVENTS] for values in (heard.place, heard.duration))
    is_top = heard.is_top[first : first + EVENTS]
    ioi = np.diff(heard.tick, prepend=heard.tick[0] - PPQ // 2)[first : first + EVENTS].clip(20, 4 * PPQ)
    steps = np.diff(level)
    shares = np.bincount(loud.astype(int), minlength=32) / len(loud)
    shares = shares[shares > 0]
    return [
        *(loud.mean(), loud.std(), inside.std(), np.ptp(level), -(shares * np.log2(shares)).sum()),
        *(np.abs(steps).mean(), np.percentile(np.abs(steps), 90), (steps == 0).mean()),
        (np.diff(loud) == 0).mean(),
        *(_again(level, lag) for lag in (1, 2, 4, 8, 16)),
        *(_mean(inside[in_chord & (note == ends[event])]) for ends in (top, bottom)),
        *(_mean(level[where]) - _mean(level[~where]) for where in (place == 0, place % PPQ == 0, is_top)),
        *(_correlation(loud, note), abs(_correlation(level, np.arange(EVENTS))), _correlation(level, top)),
        *(_correlation(steps, np.diff(top)), _correlation(level, np.log(ioi)), _correlation(level, count)),
        _correlation(level, np.log(duration)),
    ]


def _mean(values: Numbers) -> float:
    return float(values.mean()) if len(values) else 0.0


def _again(level: Numbers, lag: int) -> float:
    """Return the autocorrelation of the loudness."""
    apart = level - level.mean()
    variance = (apart**2).mean()
    return float((apart[lag:] * apart[:-lag]).mean() / variance) if variance > 1e-9 else 0.0


def _correlation(some: NDArray[np.generic], others: NDArray[np.generic]) -> float:
    return float(np.corrcoef(some, others)[0, 1]) if np.std(some) > 1e-9 and np.std(others) > 1e-9 else 0.0


def auc_of(pieces: Sequence[Heard], real: Sequence[Numbers], played: Sequence[Numbers]) -> float:
    """Return how well the judge tells what was played from what is real: 0.5 not at all, 1 always."""
    rows, labels, groups = [], [], []
    for group, heard in enumerate(pieces):
        for first in range(0, len(heard.tick) - EVENTS + 1, EVENTS):
            for label, velocities in enumerate((real[group], played[group])):
                rows.append(loudness_features(heard, velocities, first))
                labels.append(label)
                groups.append(group)
    x, y, group_of = np.array(rows), np.array(labels), np.array(groups)
    scores = np.zeros(len(y))
    for turn in range(ROUNDS):
        fold = np.random.default_rng(turn).permutation(len(pieces))[group_of] % FOLDS
        for number in range(FOLDS):
            test = fold == number
            trees = HistGradientBoostingClassifier(
                max_iter=150, learning_rate=0.08, max_leaf_nodes=8, min_samples_leaf=10, random_state=turn
            )
            with threadpool_limits(limits=1, user_api="openmp"):
                scores[test] += trees.fit(x[~test], y[~test]).predict_proba(x[test])[:, 1]
    return float(roc_auc_score(y, scores))


def real_of(piece: ScorePiece) -> Numbers:
    """Return the velocity of each note of the first events of a piece."""
    events = piece.events[: EVENTS * WINDOWS]
    return np.array([note.velocity for event in events for note in event.notes], dtype=float)


def shaded_of(piece: ScorePiece, key: int, seconds: list[float]) -> Numbers:
    """Return the same, shaded; the mean of all is as loud as the piece's."""
    registers = [round(register) for register in registers_of(piece.events)]
    # Its bars as bars of sixteenths, so that they may have any length.
    meter = Meter(piece.positions[0].bar * 4 // PPQ, 16)
    shading = Shading(shipped_readings(), key, BarLines.of(meter), registers)
    mean, tick = real_of(piece).mean(), piece.positions[0].tick
    velocities: list[float] = []
    for number, event in enumerate(piece.events[: EVENTS * WINDOWS]):
        tick += event.ioi if number else 0
        begun = time.perf_counter()
        louder = shading.louder(event, tick, piece.events[max(0, number - 100) : number])
        seconds.append(time.perf_counter() - begun)
        velocities += [max(1, min(127, round(mean + more))) for more in louder]
    return np.array(velocities, dtype=float)


def held_out(place: Path, about_path: Path) -> list[ScorePiece]:
    """Return the pieces of the corpus that the readings do not know, and that fill a window."""
    with quiet_loading():
        from training.score.learning.trainer import score_reader
    about = read_about(about_path)
    corpus = read_corpus(place, score_reader(about.layout), about)
    parted = split(corpus.pieces, layout_from_toml(about.layout))
    names = {*parted.valid, *parted.test}
    return [piece for piece in corpus.pieces if piece.name in names and len(piece) >= EVENTS]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--about", type=Path, default=Path("training/corpora/piano.toml"))
    arguments = parser.parse_args()
    pieces = held_out(arguments.corpus, arguments.about)
    heard, real = [hear(piece) for piece in pieces], [real_of(piece) for piece in pieces]
    seconds: list[float] = []

    def judged(play: Callable[[int], Numbers]) -> tuple[float, float]:
        played = [play(number) for number in range(len(pieces))]
        off = np.mean([some.mean() - others.mean() for some, others in zip(played, real, strict=True)])
        return auc_of(heard, real, played), float(off)

    plain, _ = judged(lambda number: np.full(len(real[number]), real[number].mean().round()))
    found = [
        judged(lambda number, turn=turn: shaded_of(pieces[number], 1000 * turn + number, seconds))
        for turn in range(SHADINGS)
    ]
    mean, off = np.mean(found, axis=0).tolist()
    figures = {
        "pieces": len(pieces),
        "one velocity": round(plain, 3),
        "shaded": [round(auc, 3) for auc, _ in found],
        "mean": round(mean, 3),
        "velocities off": round(off, 2),
        "microseconds an event": round(1e6 * float(np.median(seconds)), 1),
    }
    print(json.dumps(figures, indent=1))
    return int(mean > MOST_AUC or abs(off) > MOST_OFF)


if __name__ == "__main__":
    sys.exit(main())
