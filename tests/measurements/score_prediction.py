"""What one event of a score preset costs, as the stage asks for it, and what hearing a whole window costs.

Takes a preset by name or by its folder. One thread, as on stage.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from live.core.controls import Controls
from live.core.prediction import Moment
from live.predictor import open_predictor
from presets.encoding import Position
from presets.event import Event, Note
from presets.library import load_preset
from presets.window import WINDOW_LENGTH, Window
from tests.measurements.figures import report, summarize


class Timed:
    """A predictor under the preset's own controls, and how long it took the last time."""

    def __init__(self, preset: str, max_notes: int) -> None:
        bundle = load_preset(preset)
        [self.seed, *_] = bundle.seeds
        self._predictor = open_predictor(bundle)
        self._controls = replace(Controls.of(bundle.settings), max_notes=max_notes)
        self._rng = np.random.default_rng(0)
        self.seconds = 0.0

    def predict(self, window: Window, position: Position) -> Event:
        began = time.perf_counter()
        event = self._predictor.predict(window, Moment(position), self._controls, self._rng)
        self.seconds = time.perf_counter() - began
        return event


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("preset", metavar="PRESET")
    parser.add_argument("--times", type=int, default=2000, help="events; and a tenth of it windows")
    parser.add_argument("--max-notes", type=int, default=20)
    arguments = parser.parse_args(argv)
    timed = Timed(arguments.preset, arguments.max_notes)
    window, position = timed.seed.window, timed.seed.position or Position(0, 1920)
    events, notes = [], 0
    timed.predict(window, position)
    for _ in range(arguments.times):
        event = timed.predict(window, position)
        window, position = window.push(event), position.after(event.ioi)
        events.append(timed.seconds)
        notes += len(event.notes)
    # Other music, as when a style takes over; then notes of other lengths, as when a key comes up.
    past = {"another": [], "a corrected": []}
    for name, higher in (("another", (1, 2)), ("a corrected", (0, 0))):
        for turn in range(arguments.times // 10):
            timed.predict(_changed(window, higher[turn % 2], longer=turn), position)
            past[name].append(timed.seconds)
    report(
        {
            "one event, ms": summarize(events),
            "notes an event": round(notes / arguments.times, 2),
            **{
                f"one event after {name} past of {WINDOW_LENGTH}, ms": summarize(seconds[1:])
                for name, seconds in past.items()
            },
        }
    )
    return 0


def _changed(window: Window, higher: int, longer: int) -> Window:
    def change(note: Note) -> Note:
        return replace(note, note=note.note + higher, duration=note.duration + longer)

    events = (
        replace(event, notes=tuple(map(change, event.notes))) for event in window.events[-WINDOW_LENGTH:]
    )
    return Window.of(events, window.length)


if __name__ == "__main__":
    sys.exit(main())
