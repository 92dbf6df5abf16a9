"""How well segue's accompaniment of a tune goes with the tune, in `accompany`.

`python -m tests.measurements.beside_tunes folk pop --tunes FOLDER` plays tunes of a MIDI folder whose files
have a melody on their first notes track, chords on the second, and one key signature (the Nottingham tunes).
`--pieces FILE` takes only the test pieces that a run's `pieces.json` names. With `--modulate` the tune goes
on six semitones higher in the middle.

On each sixteenth on which the melody sounds, its pitch class is among those that sound beside it or not
("harmony"). By chance, as many of the seven notes of the key would hold it ("chance"). The lift is harmony
over chance. A clash is a note a semitone from the melody's. For comparison: the tune's own chords, and the
chords of another tune in the same meter, moved to this key.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mido
import numpy as np

from live.core.controls.mode import Mode
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from tests.measurements.answers import SHARPS, Struck, _notes
from tests.measurements.figures import report
from tests.measurements.stages import on_stage

BPM, ORIGIN = 120, 0.1
BEAT = 60 / BPM
BARS = 16
SIXTEENTH = 0.25
SCALE = 7
TRITONE = 6


@dataclass(frozen=True)
class Tune:
    """A tune with its own chords, both from the first bar line on."""

    name: str
    melody: tuple[Struck, ...]
    chords: tuple[Struck, ...]
    sharps: int
    beats_a_bar: int

    @property
    def sixteenths(self) -> int:
        return round(BARS * self.beats_a_bar / SIXTEENTH)


def tunes(folder: Path, only: set[str] | None) -> Iterator[Tune]:
    """Yield the tunes of a folder that are `BARS` bars long and have chords in most of them."""
    for path in sorted(folder.rglob("*.mid")):
        if only is not None and path.name not in only:
            continue
        file = mido.MidiFile(path)
        messages = [message for track in file.tracks for message in track]
        keys = {message.key for message in messages if message.type == "key_signature"}
        meters = {(m.numerator, m.denominator) for m in messages if m.type == "time_signature"}
        parts = [track for track in file.tracks if any(m.type == "note_on" for m in track)]
        if len(keys) != 1 or len(meters) != 1 or len(parts) != 2:
            continue
        (key,), ((numerator, unit),) = keys, meters
        beats, remainder = divmod(4 * numerator, unit)
        melody, chords = (_notes(part, file.ticks_per_beat) for part in parts)
        if key in SHARPS and not remainder and max(note.at for note in melody) >= BARS * beats - 1:
            kept = (
                tuple(note for note in part if note.at < BARS * beats - 0.01) for part in (melody, chords)
            )
            tune = Tune(path.stem, *kept, SHARPS[key], beats)
            if np.mean([bool(classes) for classes in sounding(tune.chords, tune)]) > 0.7:
                yield tune


def sounding(notes: Sequence[Struck], tune: Tune) -> list[set[int]]:
    """Return the pitch classes that sound on each sixteenth of a tune."""
    classes: list[set[int]] = [set() for _ in range(tune.sixteenths)]
    for note in notes:
        first = round(note.at / SIXTEENTH)
        for place in range(max(0, first), min(len(classes), first + max(1, round(note.beats / SIXTEENTH)))):
            classes[place].add(note.note % 12)
    return classes


def accompanied(bundle: Bundle, tune: Tune, rng_seed: int, modulates: bool) -> list[Struck]:
    """Return what segue plays beside a tune."""
    stage = on_stage(bundle, Mode.ACCOMPANY, bpm=BPM, rng_seed=rng_seed, beats=tune.beats_a_bar)
    for note in played(tune, modulates):
        stage.strike(note.note, ORIGIN + note.at * BEAT, max(0.05, note.beats * BEAT * 0.95), 80)
    stage.play_until(ORIGIN + BARS * tune.beats_a_bar * BEAT + 0.5)
    begun: dict[tuple[int, int], float] = {}
    notes = []
    for at, message in stage.sent:
        if message.type in ("note_on", "note_off"):
            key, beats = (message.channel, message.note), (at - ORIGIN) / BEAT
            if message.type == "note_on" and message.velocity:
                begun[key] = beats
            elif key in begun:
                since = begun.pop(key)
                notes.append(Struck(since, message.note, beats - since, 64))
    return notes


def played(tune: Tune, modulates: bool) -> list[Struck]:
    """Return the melody, from the middle on six semitones higher if it modulates."""
    middle = BARS // 2 * tune.beats_a_bar
    return [
        Struck(note.at, note.note + TRITONE * (modulates and note.at >= middle - 0.01), note.beats, 80)
        for note in tune.melody
    ]


def moved(chords: Sequence[Struck], by_fifths: int) -> list[Struck]:
    """Return chords in a key with so many more sharps."""
    up = (7 * by_fifths + 5) % 12 - 5
    return [Struck(note.at, note.note + up, note.beats, note.velocity) for note in chords]


@dataclass
class Count:
    """What was counted on the sixteenths of a bar on which the melody sounds."""

    heard: list[bool]
    chances: list[float]
    clashes: list[bool]

    def add(self, melody: Sequence[set[int]], beside: Sequence[set[int]], places: range) -> None:
        for place in places:
            if melody[place]:
                classes = beside[place]
                self.heard.append(bool(melody[place] & classes))
                self.chances.append(min(1.0, len(classes) / SCALE))
                near = {(note + step) % 12 for note in melody[place] for step in (1, -1)}
                self.clashes.append(bool(near & classes))

    @property
    def figures(self) -> dict[str, float]:
        harmony, chance = float(np.mean(self.heard)), float(np.mean(self.chances))
        return {
            "harmony": round(harmony, 3),
            "chance": round(chance, 3),
            "lift": round(harmony / chance, 2),
            "clashes": round(float(np.mean(self.clashes)), 3),
        }


def count(pairs: Sequence[tuple[Tune, Sequence[Struck]]], modulates: bool = False) -> dict[str, Any]:
    """Count on all sixteenths of tunes with what sounds beside each; of each bar, if they modulate."""
    total = Count([], [], [])
    bars = [Count([], [], []) for _ in range(BARS)]
    for tune, notes in pairs:
        melody, beside = (sounding(part, tune) for part in (played(tune, modulates), notes))
        in_bar = tune.sixteenths // BARS
        for number, bar in enumerate(bars):
            bar.add(melody, beside, range(number * in_bar, (number + 1) * in_bar))
        total.add(melody, beside, range(tune.sixteenths))
    if not modulates:
        return total.figures
    return {f"bar {number + 1}": bar.figures for number, bar in enumerate(bars) if number >= BARS // 2 - 4}


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="+")
    parser.add_argument("--tunes", type=Path, required=True)
    parser.add_argument("--pieces", type=Path)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--draw", type=int, default=0, help="another choice of tunes")
    parser.add_argument("--modulate", action="store_true")
    arguments = parser.parse_args(argv)
    only = None
    if arguments.pieces is not None:
        rows = json.loads(arguments.pieces.read_text(encoding="utf-8"))
        only = {row["name"] for row in rows if row["role"] == "test"}
    found = list(tunes(arguments.tunes, only))
    random.Random(arguments.draw).shuffle(found)
    chosen = found[: arguments.count]
    if not arguments.modulate:
        others = []
        for number, tune in enumerate(found[: arguments.count]):
            alike = [other for other in found if other.beats_a_bar == tune.beats_a_bar and other is not tune]
            other = alike[number % len(alike)]
            others.append((tune, moved(other.chords, tune.sharps - other.sharps)))
        report(
            {
                "tunes": len(chosen),
                "own chords": count([(tune, tune.chords) for tune in chosen]),
                "another tune's chords": count(others),
            }
        )
    for name in arguments.presets:
        bundle = load_preset(name)
        pairs = [
            (tune, accompanied(bundle, tune, seed, arguments.modulate))
            for tune in chosen
            for seed in range(arguments.seeds)
        ]
        report({name: count(pairs, arguments.modulate)})


if __name__ == "__main__":
    main()
