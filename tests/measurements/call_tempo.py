"""How well the tempo of a phrase that was played without a click is found.

`python -m tests.measurements.call_tempo FOLDER` cuts phrases of 8 to 16 beats from MIDI files: from any
beat on, of the files that nothing was learned from. The notes come when the files' tempo maps say so, with
20 ms of noise (standard deviation) on each of them. `--by-hand` is for files without a tempo of their own,
such as the Nottingham tunes: their melodies are played in a tempo between about 0.7 and 1.5 times the
written one, which drifts.

The true tempo at the end is the mean of the last four beats. Bar 1 comes about three beats after the
phrase. Where the musician would have felt that beat nobody knows: `steady` goes on in the true tempo, `in
the file` is the beat that the file has there. `possible` is what knowing all beats of the phrase would
give.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from live.core.input.phrase import REST_BEATS
from live.core.input.phrase_tempo import LONGEST_REST, SHORTEST_REST
from live.core.input.tempo_finder import FoundTempo, find_tempo
from live.core.performer.engine import START_DELAY
from tests.measurements.figures import report
from tests.measurements.played_phrases import Phrase, by_hand, melody, performed, read_pieces

TEMPO_TOLERANCE = 0.04
BEAT_TOLERANCE = 0.030
OCTAVES = (2, 3, 4, 1 / 2, 1 / 3, 1 / 4)
OTHER_LEVELS = (3 / 2, 2 / 3, 4 / 3, 3 / 4)
"""A dotted beat for a plain one, and the other way round."""

FEWEST_NOTES = 24
"""Of a melody that phrases are cut from."""


@dataclass(frozen=True)
class Measured:
    """A phrase and what was found; times in seconds.

    Attributes:
        ratio: the tempo that was found, as a multiple of the true one; NaN if none was.
        at_end: how late the found beat is that is nearest to the end of the phrase.
        steady: how late bar 1 is, if the true tempo goes on.
        in_file: how late bar 1 is, by the beats of the file.
    """

    ratio: float
    at_end: float
    steady: float
    in_file: float


def bar_1(phrase: Phrase, found: FoundTempo) -> float:
    """Return when segue would begin."""
    ended = max(note.at + note.seconds for note in phrase.notes)
    ended = min(ended, phrase.end)  # notes that ring on into what the file plays next are let go
    rest = min(LONGEST_REST, max(SHORTEST_REST, REST_BEATS * found.beat_seconds))
    return found.beat_from(ended + rest + START_DELAY)


def measured(phrase: Phrase) -> Measured:
    """Return how well a phrase is understood."""
    found = find_tempo(phrase.notes, phrase.meter)
    if found is None:
        return Measured(np.nan, np.nan, np.nan, np.nan)
    begins = bar_1(phrase, found)
    nearest = found.beat_from(phrase.end - found.beat_seconds / 2)
    beats = (begins - phrase.end) / phrase.beat_seconds
    in_file = phrase.beats[np.argmin(np.abs(np.array(phrase.beats) - begins))]
    return Measured(
        phrase.beat_seconds / found.beat_seconds,
        nearest - phrase.end,
        (beats - round(beats)) * phrase.beat_seconds,
        begins - in_file,
    )


def possible(phrases: Sequence[Phrase]) -> dict[str, float]:
    """Return what one who knows the beats of the phrases, but not what comes next, would find."""
    last = np.array([phrase.beat_seconds for phrase in phrases])
    following = np.array([phrase.beats[phrase.length + 1] - phrase.end for phrase in phrases])
    last_two = np.array([(phrase.end - phrase.beats[phrase.length - 2]) / 2 for phrase in phrases])
    third = np.array([phrase.beats[phrase.length + 3] - phrase.end for phrase in phrases])
    return {
        "next beat within 4 % of the last four": _share(np.abs(following / last - 1) < TEMPO_TOLERANCE),
        "last two beats within 4 % of the last four": _share(np.abs(last_two / last - 1) < TEMPO_TOLERANCE),
        "third beat after the phrase within 30 ms": _share(np.abs(third - 3 * last) < BEAT_TOLERANCE),
    }


def figures(phrases: Sequence[Phrase]) -> dict[str, Any]:
    """Return the figures of these phrases."""
    found = [measured(phrase) for phrase in phrases]
    ratio = np.array([one.ratio for one in found])
    is_right = np.abs(ratio - 1) < TEMPO_TOLERANCE
    late = {
        "at the end of the phrase": np.array([one.at_end for one in found]),
        "bar 1, steady": np.array([one.steady for one in found]),
        "bar 1, in the file": np.array([one.in_file for one in found]),
    }
    return {
        "phrases": len(found),
        "no tempo": _share(np.isnan(ratio)),
        "tempo within 4 %": _share(is_right),
        "octave errors": _share(_is_near(ratio, OCTAVES)),
        "other levels": _share(_is_near(ratio, OTHER_LEVELS)),
        "beat within 30 ms": {
            name: {
                "of all": _share(np.abs(seconds) < BEAT_TOLERANCE),
                "of those with the right tempo": _share(np.abs(seconds[is_right]) < BEAT_TOLERANCE),
                "median of those (ms)": round(float(np.median(np.abs(seconds[is_right]))) * 1e3, 1),
            }
            for name, seconds in late.items()
        },
        "possible": possible(phrases),
    }


def _is_near(ratio: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    return np.any([np.abs(ratio / level - 1) < TEMPO_TOLERANCE for level in levels], axis=0)


def _share(which: np.ndarray) -> float:
    return round(float(np.mean(which)), 3)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--phrases", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--noise-ms", type=float, default=20.0)
    parser.add_argument("--by-hand", action="store_true", help="play the melodies in a tempo of one's own")
    parser.add_argument("--learned", action="store_true", help="cut from the files that were learned from")
    arguments = parser.parse_args(argv)
    pieces = [piece for piece in read_pieces(arguments.folder) if piece.is_in_first_half == arguments.learned]
    if arguments.by_hand:
        pieces = [tune for piece in pieces if len((tune := melody(piece)).notes) >= FEWEST_NOTES]
    play = by_hand if arguments.by_hand else performed
    report(figures(play(pieces, arguments.phrases, arguments.seed, arguments.noise_ms / 1e3)))


if __name__ == "__main__":
    main()
