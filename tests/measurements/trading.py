"""Whether calls that are played up to the bar line are answered on it, and what happens where they go on.

`python -m tests.measurements.trading folk --tunes FOLDER` trades phrases of the Nottingham tunes on a virtual
stage: four calls of one length in turn, each as soon as the answer to the one before is over; and calls that
go on past the place where one as long as the first would have ended. Phrases are counted from the first whole
bar of a tune, and hands are not exact: each key is a little early or late.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from live.core.controls.mode import Mode
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from tests.live.stage.virtual_stage import VirtualStage
from tests.measurements.answers import BPM, ORIGIN, Struck, tunes
from tests.measurements.figures import report
from tests.measurements.stages import on_stage

BEAT = 60 / BPM

TRADES = 4
"""Calls of a trade."""

INEXACT_SECONDS = 0.020
"""How early or late keys are (the standard deviation)."""

ON_THE_LINE_SECONDS = 0.1
"""An answer that begins this soon after a bar line begins on it."""


@dataclass
class Trade:
    """Calls and answers on one stage; bars count from 0.

    Attributes:
        stage: where it is.
        beats: beats in a bar.
        rng: how inexact hands are.
        bar: where the next call begins.
    """

    stage: VirtualStage
    beats: int
    rng: random.Random
    bar: int = 1

    @classmethod
    def of(cls, bundle: Bundle, beats: int, rng_seed: int) -> "Trade":
        stage = on_stage(bundle, Mode.ANSWER, bpm=BPM, rng_seed=rng_seed, beats=beats)
        return cls(stage, beats, random.Random(rng_seed))

    def seconds(self, bar: int) -> float:
        return ORIGIN + bar * self.beats * BEAT

    def call(
        self, notes: Sequence[Struck], bars: int
    ) -> tuple[list[float], list[tuple[float, float]], int | None]:
        """Play a call of this many bars, and let it be answered.

        Returns:
            When segue struck, in seconds from the bar line after the call on; for each time that it came in
            during the call, the moments of the next key and of its last note-off, in seconds; and how many
            bars the answer has.
        """
        begin, end = self.seconds(self.bar), self.seconds(self.bar + bars)
        keys = [begin + note.at * BEAT + self.rng.gauss(0, INEXACT_SECONDS) for note in notes]
        for note, key in zip(notes, keys, strict=True):
            self.stage.strike(note.note, key, 0.95 * note.beats * BEAT, velocity=80)
        self.stage.play_until(end + (self.beats + 1) * BEAT)
        answer_bars = self.stage.status.turn_bars  # a bar late or not, it has begun
        self.stage.play_until(self.seconds(self.bar + bars + 2) - 0.01)
        struck = [at for at, m in self.stage.sent if m.type == "note_on" and at > begin]
        early = []
        sounded = [at for at in struck if at < end - ON_THE_LINE_SECONDS]
        for first in sorted({min((key for key in keys if key > at), default=end) for at in sounded}):
            offs = [
                at
                for at, m in self.stage.sent
                if m.type == "note_off" and begin < at < first + self.beats * BEAT
            ]
            early.append((first, max(offs, default=first)))
        answer = [at - end for at in struck if at >= end - ON_THE_LINE_SECONDS]
        late = 0 if answer and answer[0] < ON_THE_LINE_SECONDS else 1
        self.bar += 2 * bars + late
        self.stage.play_until(self.seconds(self.bar) - 0.01)
        return answer, early, answer_bars


def phrases(notes: Sequence[Struck], beats: int, bars: int) -> list[list[Struck]]:
    """Return the phrases of this many bars of a tune, each from its own bar line on, without the upbeat."""
    last = max(note.at for note in notes)
    found = []
    for first in range(notes[0].at > 0, int(last // beats) + 1 - bars, bars):
        begin, end = first * beats, (first + bars) * beats
        inside = [replace(note, at=note.at - begin) for note in notes if begin <= note.at < end]
        if len(inside) >= 2 * bars:
            found.append([replace(n, beats=min(n.beats, bars * beats - n.at)) for n in inside])
    return found


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="+")
    parser.add_argument("--tunes", type=Path, required=True)
    parser.add_argument("--trades", type=int, default=10)
    parser.add_argument("--bars", type=int, default=2)
    parser.add_argument("--draw", type=int, default=1, help="which tunes are drawn")
    arguments = parser.parse_args(argv)
    rng = random.Random(arguments.draw)
    bars = arguments.bars
    long = [
        (beats, found)
        for _, notes, _, _, beats, _ in tunes(arguments.tunes)
        if len(found := phrases(notes, beats, bars)) >= 2 * TRADES
    ]
    for name in arguments.presets:
        bundle = load_preset(name)
        waited: list[float] = []
        for seed, (beats, found) in enumerate(rng.sample(long, arguments.trades)):
            trade = Trade.of(bundle, beats, seed)
            for phrase in found[:TRADES]:
                answer, *_ = trade.call(phrase, bars)
                waited += answer[:1]
        on_the_line = [seconds for seconds in waited if seconds < ON_THE_LINE_SECONDS]
        came_in, stopped, whole = 0, [], 0
        for seed, (beats, found) in enumerate(rng.sample(long, 2 * arguments.trades)):
            trade = Trade.of(bundle, beats, seed)
            trade.call(found[0], bars)
            double = [*found[1], *(replace(n, at=n.at + bars * beats) for n in found[2])]
            _, early, answer_bars = trade.call(double, 2 * bars)
            came_in += bool(early)
            stopped += [(last - key) / BEAT for key, last in early]
            whole += answer_bars == 2 * bars
        report(
            {
                name: {
                    "answered on the line": f"{len(on_the_line)} of {TRADES * arguments.trades}",
                    "of these exactly": sum(seconds < 0.001 for seconds in on_the_line),
                    "seconds after the line": round(max(on_the_line, default=0.0), 3),
                    "later": len(waited) - len(on_the_line),
                    "came in where a call went on": f"{came_in} of {2 * arguments.trades}",
                    "beats from the next key to its last note's end": [round(beats, 2) for beats in stopped],
                    "answered whole": whole,
                }
            }
        )


if __name__ == "__main__":
    main()
