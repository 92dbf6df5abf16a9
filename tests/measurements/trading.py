"""Whether calls that are played up to the bar line are answered on it, and what happens where they go on.

`python -m tests.measurements.trading folk --tunes FOLDER` trades phrases of the Nottingham tunes on a virtual
stage: four calls of one length in turn, each as soon as the answer to the one before is over; and calls that
go on past the place where one as long as the first would have ended.
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


@dataclass
class Trade:
    """Calls and answers on one stage; bars count from 0.

    Attributes:
        stage: where it is.
        beats: beats in a bar.
        bar: where the next call begins.
    """

    stage: VirtualStage
    beats: int
    bar: int = 1

    @classmethod
    def of(cls, bundle: Bundle, beats: int, rng_seed: int) -> "Trade":
        return cls(on_stage(bundle, Mode.ANSWER, bpm=BPM, rng_seed=rng_seed, beats=beats), beats)

    def seconds(self, bar: int) -> float:
        return ORIGIN + bar * self.beats * BEAT

    def call(self, notes: Sequence[Struck], bars: int) -> tuple[list[float], list[tuple[float, float]]]:
        """Play a call of this many bars, and let it be answered.

        Returns:
            When segue struck, in seconds from the bar line after the call on; and for each time that it came
            in during the call, the moments of the next key and of its last note-off, in seconds.
        """
        begin, end = self.seconds(self.bar), self.seconds(self.bar + bars)
        for note in notes:
            self.stage.strike(note.note, begin + note.at * BEAT, 0.95 * note.beats * BEAT, velocity=80)
        self.stage.play_until(self.seconds(self.bar + bars + 2) - 0.01)
        struck = [at for at, m in self.stage.sent if m.type == "note_on" and at > begin]
        keys = [begin + note.at * BEAT for note in notes]
        early = []
        for first in sorted(
            {min((key for key in keys if key > at), default=end) for at in struck if at < end - 0.1}
        ):
            offs = [
                at
                for at, m in self.stage.sent
                if m.type == "note_off" and begin < at < first + self.beats * BEAT
            ]
            early.append((first, max(offs, default=first)))
        answer = [at - end for at in struck if at >= end - 0.1]
        late = 0 if answer and answer[0] < 0.1 else 1
        self.bar += 2 * bars + late
        self.stage.play_until(self.seconds(self.bar) - 0.01)
        return answer, early


def phrases(notes: Sequence[Struck], beats: int, bars: int) -> list[list[Struck]]:
    """Return the phrases of this many bars of a tune, each from its own bar line on."""
    last = max(note.at for note in notes)
    found = []
    for first in range(0, int(last // beats) + 1 - bars, bars):
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
        on_the_line = later = 0
        for seed, (beats, found) in enumerate(rng.sample(long, arguments.trades)):
            trade = Trade.of(bundle, beats, seed)
            for phrase in found[:TRADES]:
                answer, _ = trade.call(phrase, bars)
                on_the_line += bool(answer) and answer[0] < 0.1
                later += bool(answer) and 0.1 <= answer[0] < 0.1 + beats * BEAT
        came_in, stopped, whole = 0, [], 0
        for seed, (beats, found) in enumerate(rng.sample(long, 2 * arguments.trades)):
            trade = Trade.of(bundle, beats, seed)
            trade.call(found[0], bars)
            double = [*found[1], *(replace(n, at=n.at + bars * beats) for n in found[2])]
            answer, early = trade.call(double, 2 * bars)
            came_in += bool(early)
            stopped += [(last - key) / BEAT for key, last in early]
            whole += bool(answer)
        report(
            {
                name: {
                    "answered on the line": f"{on_the_line} of {TRADES * arguments.trades}",
                    "a bar later": later,
                    "came in where a call went on": f"{came_in} of {2 * arguments.trades}",
                    "beats from the next key to its last note's end": [round(beats, 2) for beats in stopped],
                    "answered in the end": whole,
                }
            }
        )


if __name__ == "__main__":
    main()
