"""Whether what segue plays beside held chords agrees with them.

`python -m tests.measurements.harmony folk pop` holds a chord a bar in `accompany`, on a virtual stage, and
counts which of segue's notes are chord notes, from an eighth after the chord on.
"""

import argparse
import random
from collections.abc import Iterator, Sequence

import numpy as np

from live.core.controls.mode import Mode
from live.core.input.chord_finder import QUALITIES, Harmony
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from tests.measurements.figures import report
from tests.measurements.stages import on_stage

BPM, ORIGIN = 120, 0.1
BEAT = 60 / BPM
BARS = 16

PROGRESSIONS = (
    ((0, "", 0), (9, "m", 0), (5, "", 0), (7, "", 0)),
    ((0, "maj7", 0), (9, "m7", 0), (2, "m7", 0), (7, "7", 0)),
    ((0, "", 1), (5, "", 2), (7, "7", 1), (0, "", 0)),
    ((9, "m", 0), (2, "m7", 1), (4, "7", 0), (9, "m", 2)),
)
"""Chords in C major and A minor: root, quality, inversion."""


def voiced(root: int, quality: str, inversion: int) -> list[int]:
    """Return the MIDI numbers of a chord for a left hand."""
    notes = [root + step for step in QUALITIES[quality]]
    notes = [*notes[inversion:], *(note + 12 for note in notes[:inversion])]
    lowest = notes[0] - 12 * ((notes[0] - 43) // 12)
    return [note - notes[0] + lowest for note in notes]


def performances(seeds: int) -> Iterator[tuple[int, list[tuple[Harmony, list[int]]]]]:
    """Yield a random seed and the chords of each bar, for each key and seed."""
    for key in range(12):
        for seed in range(seeds):
            progression = PROGRESSIONS[random.Random(100 * key + seed).randrange(len(PROGRESSIONS))]
            chords = [
                (Harmony((root + key) % 12, quality), voiced((root + key) % 12, quality, inversion))
                for root, quality, inversion in progression
            ]
            yield 100 * key + seed, chords


def beside(bundle: Bundle, chords: Sequence[tuple[Harmony, list[int]]], rng_seed: int, key: str | None):
    """Return segue's notes (bar, beats since the bar line, number), and which chords were named right."""
    stage = on_stage(bundle, Mode.ACCOMPANY, bpm=BPM, rng_seed=rng_seed, key=key)
    named = []
    for bar in range(BARS):
        at = ORIGIN + 4 * bar * BEAT
        harmony, notes = chords[bar % len(chords)]
        for note in notes:
            stage.strike(note, at, 3.9 * BEAT, velocity=70)
        stage.play_until(at + BEAT / 2)
        found = stage.status.harmony_heard
        named.append(found is not None and found.pitch_classes == harmony.pitch_classes)
    stage.play_until(ORIGIN + 4 * BARS * BEAT)
    struck = []
    for at, message in stage.sent:
        bar, beats = divmod((at - ORIGIN) / BEAT + 1e-6, 4)
        if message.type == "note_on" and message.velocity and bar < BARS:
            struck.append((int(bar), beats, message.note))
    return struck, named


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="+")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--key")
    arguments = parser.parse_args(argv)
    for name in arguments.presets:
        bundle = load_preset(name)
        inside: list[bool] = []
        early: list[bool] = []
        right: list[bool] = []
        for seed, chords in performances(arguments.seeds):
            struck, named = beside(bundle, chords, seed, arguments.key)
            right += named
            for bar, beats, note in struck:
                if beats >= 0.5:
                    inside.append(note % 12 in chords[bar % len(chords)][0].pitch_classes)
                    early += inside[-1:] if beats < 1.0 else []
        report(
            {
                name: {
                    "notes": len(inside),
                    "chord notes": round(float(np.mean(inside)), 3),
                    "on the first beat": round(float(np.mean(early)), 3) if early else None,
                    "chords named right": round(float(np.mean(right)), 3),
                }
            }
        )


if __name__ == "__main__":
    main()
