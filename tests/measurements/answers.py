"""How segue's answers know the calls: their key, motifs, rhythm, loudness, density and register.

`python -m tests.measurements.answers folk chopin --tunes FOLDER` plays calls to each preset on a virtual
stage: phrases of a MIDI folder whose files have a melody on their first notes track and one key signature
(the Nottingham tunes), and phrases of music21's chorales. The figures of an answer are compared with those
that the answers to other calls would get.
"""

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import mido
import numpy as np
from scipy.stats import spearmanr

from live.core.controls.mode import Mode
from live.core.planning.turns import LISTENS_SECONDS
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from tests.measurements.figures import report
from tests.measurements.stages import on_stage

BPM = 100
ORIGIN = 0.1
"""Seconds of the first bar line."""

SHARPS = {"C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "F": -1, "Bb": -2, "Eb": -3, "Ab": -4} | {
    "Am": 0, "Em": 1, "Bm": 2, "F#m": 3, "C#m": 4, "Dm": -1, "Gm": -2, "Cm": -3, "Fm": -4
}  # fmt: skip
"""Sharps of the key signatures that MIDI files write by name; flats are negative."""


@dataclass(frozen=True)
class Struck:
    """A note: when it begins, in beats since the first bar line of its phrase, and how it sounds."""

    at: float
    note: int
    beats: float
    velocity: int


@dataclass(frozen=True)
class Call:
    """A phrase with the scale that is written at its staff: of a minor key all its sixths and sevenths."""

    name: str
    notes: tuple[Struck, ...]
    bars: int
    beats_a_bar: int
    scale: frozenset[int]
    signature: frozenset[int]


def scale_of(sharps: int, *, minor: bool) -> tuple[frozenset[int], frozenset[int]]:
    """Return the pitch classes that count as in the key, and those of its signature."""
    signature = frozenset(7 * (step + sharps) % 12 for step in range(-1, 6))
    tonic = (7 * sharps + 9) % 12
    raised = {(tonic + 9) % 12, (tonic + 11) % 12} if minor else set()
    return signature | raised, signature


def tunes(folder: Path) -> Iterator[tuple[str, list[Struck], int, bool, int, float]]:
    """Yield name, melody, sharps, whether it is minor, beats a bar, and beats of the upbeat of each file."""
    for path in sorted(folder.rglob("*.mid")):
        file = mido.MidiFile(path)
        messages = [message for track in file.tracks for message in track]
        keys = {message.key for message in messages if message.type == "key_signature"}
        meters = {(m.numerator, m.denominator) for m in messages if m.type == "time_signature"}
        melody = next((track for track in file.tracks if any(m.type == "note_on" for m in track)), None)
        if len(keys) != 1 or len(meters) != 1 or melody is None:
            continue
        key, (beats, unit) = keys.pop(), meters.pop()
        if key in SHARPS and unit == 4:
            notes = _notes(melody, file.ticks_per_beat)
            # An upbeat has a bar of its own.
            upbeat = float(beats) if notes[0].at else 0.0
            yield path.stem, notes, SHARPS[key], key.endswith("m"), beats, upbeat


def _notes(track: mido.MidiTrack, resolution: int) -> list[Struck]:
    notes, tick, begun = [], 0, {}
    for message in track:
        tick += message.time
        if message.type == "note_on" and message.velocity:
            begun[message.note] = tick, message.velocity
        elif message.type in ("note_on", "note_off") and message.note in begun:
            since, velocity = begun.pop(message.note)
            notes.append(Struck(since / resolution, message.note, (tick - since) / resolution, velocity))
    return sorted(notes, key=lambda note: (note.at, note.note))


def chorales(every: int) -> Iterator[tuple[str, list[Struck], int, bool, int, float]]:
    """Yield the soprano of each chorale whose number `every` divides, as `tunes` does."""
    from music21 import corpus
    from music21.key import Key, KeySignature
    from music21.meter.base import TimeSignature

    for path in corpus.getComposer("bach")[::every]:
        score = corpus.parse(path)
        signatures = {signature.sharps for signature in score.recurse().getElementsByClass(KeySignature)}
        meters = {meter.ratioString for meter in score.recurse().getElementsByClass(TimeSignature)}
        if len(score.parts) < 4 or len(signatures) != 1 or len(meters) != 1:
            continue
        beats, unit = (int(number) for number in meters.pop().split("/"))
        first = score.parts[0].getElementsByClass("Measure")[0]
        upbeat = float(first.duration.quarterLength) if first.number == 0 else 0.0
        minor = any(key.mode == "minor" for key in score.recurse().getElementsByClass(Key))
        notes = [
            Struck(float(note.offset), note.pitch.midi, float(note.duration.quarterLength), 80)
            for note in score.parts[0].flatten().notes
            if note.isNote and note.duration.quarterLength
        ]
        if unit == 4:
            yield path.stem, notes, signatures.pop(), minor, beats, upbeat


def calls(pieces: Iterator[tuple[str, list[Struck], int, bool, int, float]], bars: int) -> Iterator[Call]:
    """Yield a phrase of this many bars from each piece, from the first whole bar on."""
    for name, notes, sharps, minor, beats, upbeat in pieces:
        inside = [replace(note, at=note.at - upbeat) for note in notes]
        inside = [note for note in inside if 0 <= note.at < bars * beats]
        if len(inside) >= 2 * bars:
            scale, signature = scale_of(sharps, minor=minor)
            # The last note ends a little before the bar line, so that nobody doubts where the phrase ends.
            whole = tuple(replace(n, beats=min(n.beats, bars * beats - n.at) * 0.9) for n in inside)
            yield Call(name, whole, bars, beats, scale, signature)


def chromatic_calls(rng: random.Random, count: int, bars: int) -> list[Call]:
    """Return calls in no key: eighths of the twelve pitch classes in random order."""
    made = []
    for number in range(count):
        pitches = [60 + pitch for _ in range(bars) for pitch in rng.sample(range(12), 8)]
        notes = tuple(Struck(place / 2, note, 0.45, 80) for place, note in enumerate(pitches))
        made.append(Call(f"row {number}", notes, bars, 4, frozenset(range(12)), frozenset()))
    return made


@dataclass(frozen=True)
class Answer:
    """What segue struck after a call, beats since the bar line after the call; and the key that it names."""

    notes: tuple[Struck, ...]
    key: str


def answered(
    bundle: Bundle,
    call: Call,
    mode: Mode,
    rng_seed: int,
    key: str | None = None,
    quote: float | None = None,
) -> Answer:
    """Return what segue plays in as many bars as the call has, from the first bar line on which it plays."""
    stage = on_stage(bundle, mode, bpm=BPM, rng_seed=rng_seed, beats=call.beats_a_bar, key=key, quote=quote)
    beat = 60 / BPM
    begin = ORIGIN + call.beats_a_bar * beat
    for note in call.notes:
        stage.strike(note.note, begin + note.at * beat, note.beats * beat, note.velocity)
    end = begin + call.bars * call.beats_a_bar * beat
    stage.play_until(end + (2 * call.bars + 2) * call.beats_a_bar * beat)
    named = str(stage.status.key_heard)
    struck = [(at, m) for at, m in stage.sent if m.type == "note_on" and m.velocity and at > end - 0.1]
    if not struck:
        return Answer((), named)
    bar = call.beats_a_bar * beat
    from_line = ORIGIN + round((struck[0][0] - ORIGIN) / bar - 0.25) * bar
    # What segue puts off because it listens is meant to be on the line.
    after = [at - from_line for at, _ in struck]
    meant = [0.0 if seconds <= LISTENS_SECONDS + 1e-6 else seconds / beat for seconds in after]
    notes = [Struck(at, m.note, 0.5, m.velocity) for at, (_, m) in zip(meant, struck, strict=True)]
    most = call.bars * call.beats_a_bar
    return Answer(tuple(note for note in notes if note.at < most - 0.05), named)


def top_line(notes: Sequence[Struck]) -> list[tuple[float, int]]:
    """Return the highest note at each moment: (beats, note)."""
    highest: dict[float, int] = {}
    for note in notes:
        at = round(note.at * 24) / 24
        highest[at] = max(highest.get(at, 0), note.note)
    return sorted(highest.items())


def motifs(notes: Sequence[Struck]) -> set[tuple[int, int, float, float]]:
    """Return the motifs of three notes of the top line that are not one repeated note."""
    line = top_line(notes)
    three = zip(line, line[1:], line[2:], strict=False)
    found = {(b[1] - a[1], c[1] - b[1], round(b[0] - a[0], 2), round(c[0] - b[0], 2)) for a, b, c in three}
    return {motif for motif in found if motif[0] or motif[1]}


def motif_share(call: Sequence[Struck], answer: Sequence[Struck]) -> float:
    """Return the share of the call's motifs that the answer has, in any key."""
    own = motifs(call)
    return len(own & motifs(answer)) / len(own) if own else float("nan")


def rhythm_overlap(call: Sequence[Struck], answer: Sequence[Struck], beats: int) -> float:
    """Return how much the places in the bar of two phrases overlap (the Jaccard index)."""
    one, other = ({round(note.at % beats * 12) for note in notes} for notes in (call, answer))
    return len(one & other) / len(one | other)


def verbatim(call: Sequence[Struck], answer: Sequence[Struck]) -> float:
    """Return the share of the answer's top line that the call has at the same place."""
    own = set(top_line(call))
    return float(np.mean([event in own for event in top_line(answer)]))


def common(one: Sequence[Struck], other: Sequence[Struck]) -> float:
    """Return the share of the events of an answer that another answer to the same call has, too."""
    events = [
        {(at, tuple(sorted(note.note for note in notes if round(note.at * 24) / 24 == at))) for at, _ in top}
        for notes, top in ((one, top_line(one)), (other, top_line(other)))
    ]
    return len(events[0] & events[1]) / max(map(len, events))


def in_scale(answer: Answer, call: Call) -> float:
    return float(np.mean([note.note % 12 in call.scale for note in answer.notes]))


def chromaticism(answer: Answer) -> float:
    """Return the share of the notes outside the major scale that has most of them."""
    scales = [frozenset(7 * (step + sharps) % 12 for step in range(-1, 6)) for sharps in range(12)]
    return 1 - max(float(np.mean([note.note % 12 in scale for note in answer.notes])) for scale in scales)


def _beyond_others(share: Callable[[int, int], float], count: int) -> dict[str, float]:
    """Return what answers share with their own calls, with other calls, and the difference."""
    own = np.nanmean([share(i, i) for i in range(count)])
    others = np.nanmean([share(i, j) for i in range(count) for j in range(count) if i != j])
    return {
        "own": round(float(own), 3),
        "others": round(float(others), 3),
        "lift": round(float(own - others), 3),
    }


def _common_to_answers(pairs: Sequence[tuple[Call, Answer]]) -> float | None:
    """Return the mean share of events that two answers to one call have in common; None if none has two."""
    shares = [
        common(one.notes, other.notes)
        for (call, one), (same, other) in combinations(pairs, 2)
        if call is same
    ]
    return round(float(np.mean(shares)), 3) if shares else None


def _rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return Spearman's rank correlation: equal values have the same rank."""
    return round(float(spearmanr(one, other).statistic), 2)


def figures(asked: Sequence[Call], answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the figures of answers to calls; an answer without a note counts as missing."""
    pairs = [(call, answer) for call, answer in zip(asked, answers, strict=True) if answer.notes]
    heard = [answer.notes for _, answer in pairs]
    shares = [in_scale(answer, call) for call, answer in pairs]
    own = [call.notes for call, _ in pairs]
    count = len(pairs)
    per_bar = [(len(top_line(c.notes)) / c.bars, len(top_line(a.notes)) / c.bars) for c, a in pairs]
    loud = [
        (np.mean([n.velocity for n in c.notes]), np.mean([n.velocity for n in a.notes])) for c, a in pairs
    ]
    high = [(np.mean([n.note for n in c.notes]), np.mean([n.note for n in a.notes])) for c, a in pairs]
    highest = [[np.mean([note for _, note in top_line(notes.notes)]) for notes in pair] for pair in pairs]
    return {
        "answers": f"{count} of {len(asked)}",
        "in the call's scale": {
            "median": round(float(np.median(shares)), 3),
            "worst tenth": round(float(np.quantile(shares, 0.1)), 3),
            "mean": round(float(np.mean(shares)), 3),
        },
        "chromaticism": round(float(np.mean([chromaticism(answer) for _, answer in pairs])), 3),
        "key named": round(float(np.mean([answer.key != "None" for _, answer in pairs])), 2),
        "motifs": _beyond_others(lambda i, j: motif_share(own[j], heard[i]), count),
        "rhythm": _beyond_others(
            lambda i, j: rhythm_overlap(own[j], heard[i], pairs[i][0].beats_a_bar), count
        ),
        "verbatim": round(float(np.mean([verbatim(call.notes, a.notes) for call, a in pairs])), 3),
        "common to answers": _common_to_answers(pairs),
        "events a bar": _rank_correlation(*zip(*per_bar, strict=True)),
        "loudness": _rank_correlation(*zip(*loud, strict=True)),
        "register of the top line": _rank_correlation(*zip(*highest, strict=True)),
        "register of all notes": _rank_correlation(*zip(*high, strict=True)),
    }


def varied(call: Call, rng: random.Random) -> Call:
    """Return a call as loud and as high as chance says: in the corpora all are alike."""
    loudness, octave = rng.randrange(40, 110), rng.choice((-12, 0, 12))
    notes = [
        replace(note, note=note.note + octave, velocity=loudness + rng.randrange(-6, 7))
        for note in call.notes
    ]
    return replace(call, notes=tuple(notes))


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="+")
    parser.add_argument("--tunes", type=Path, required=True)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--bars", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--mode", choices=("answer", "continue"), default="answer")
    parser.add_argument("--key")
    parser.add_argument("--quote", type=float)
    parser.add_argument("--chromatic", action="store_true", help="call in no key")
    parser.add_argument("--draw", type=int, default=1, help="which calls are drawn")
    arguments = parser.parse_args(argv)
    rng = random.Random(arguments.draw)
    half = arguments.calls // 2
    asked = [
        *rng.sample(list(calls(tunes(arguments.tunes), arguments.bars)), arguments.calls - half),
        *rng.sample(list(calls(chorales(every=8), arguments.bars)), half),
    ]
    if arguments.chromatic:
        asked = chromatic_calls(rng, arguments.calls, arguments.bars)
    asked = [varied(call, rng) for call in asked] * arguments.seeds
    for name in arguments.presets:
        bundle = load_preset(name)
        answers = [
            answered(bundle, call, Mode(arguments.mode), seed, arguments.key, arguments.quote)
            for seed, call in enumerate(asked)
        ]
        report({name: figures(asked, answers)})


if __name__ == "__main__":
    main()
