"""What one event of a score preset costs, as the stage asks for it, and hearing a whole window anew.

Takes a preset by name or by its folder. One thread, as on stage.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from live.core.controls import Controls
from live.core.prediction import Moment
from live.predictor import open_predictor
from presets.library import load_preset
from presets.window import WINDOW_LENGTH, Window
from tests.measurements.figures import report, summarize


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("preset", metavar="PRESET")
    parser.add_argument("--times", type=int, default=2000)
    parser.add_argument("--primings", type=int, default=200)
    parser.add_argument("--max-notes", type=int, default=20)
    arguments = parser.parse_args(argv)
    bundle = load_preset(arguments.preset)
    predictor = open_predictor(bundle)
    controls = replace(Controls.of(bundle.settings), max_notes=arguments.max_notes)
    rng = np.random.default_rng(0)
    seed = bundle.seeds[0]
    window, position = seed.window, seed.position
    assert position is not None
    position = position.after(sum(event.ioi for event in window.events[1:]))
    events, notes = [], 0
    predictor.predict(window, Moment(position), controls, rng)
    for _ in range(arguments.times):
        event, seconds = _time(lambda: predictor.predict(window, Moment(position), controls, rng))
        window, position = window.push(event), position.after(event.ioi)
        events.append(seconds)
        notes += len(event.notes)
    primings = []
    for _ in range(arguments.primings):
        # Other events, though equal ones: nothing of them was heard.
        anew = Window.of((replace(event) for event in window.events[-WINDOW_LENGTH:]), window.length)
        _, seconds = _time(lambda: predictor.predict(anew, Moment(position), controls, rng))
        primings.append(seconds)
    report(
        {
            "one event, ms": summarize(events),
            "notes an event": round(notes / arguments.times, 2),
            f"hearing {len(anew)} events anew, and one event, ms": summarize(primings),
        }
    )
    return 0


def _time(act: Callable[[], object]) -> tuple[object, float]:
    began = time.perf_counter()
    result = act()
    return result, time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
