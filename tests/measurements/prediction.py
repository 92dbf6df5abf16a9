"""One prediction of the live engine against Keras's `model.predict` of the same network, interleaved.

Needs the studio and a run folder of `segue train`.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from live.core.controls.table import Controls
from live.core.generation.classic_tokens import network_input
from live.core.generation.prediction import Moment
from live.inference.opening import open_predictor
from presets.bundles.library import load_preset
from presets.music.encoding import BEAT
from tests.measurements.figures import report, summarize


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, metavar="RUNDIR")
    parser.add_argument("--preset", default="chopin-classic")
    parser.add_argument("--times", type=int, default=50)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from export.classic.convert import load_network
    from training.classic.run import ClassicRun

    bundle = load_preset(arguments.preset)
    predictor = open_predictor(bundle)
    network = load_network(ClassicRun.open(arguments.run), "last")
    seed = bundle.seeds[0].window
    given = network_input(seed, bundle.network.vocabulary, bundle.settings.window_length)
    controls = Controls.of(bundle.settings)
    rng = np.random.default_rng(0)
    ours, keras = [], []
    for _ in range(arguments.times):
        ours.append(_time(lambda: predictor.predict(seed, Moment(BEAT), controls, rng)))
        keras.append(_time(lambda: network.predict(given, verbose=0)))
    report(
        {
            "live prediction, ms": summarize(ours),
            "keras predict, ms": summarize(keras),
            "ratio of medians": round(sorted(keras)[len(keras) // 2] / sorted(ours)[len(ours) // 2], 1),
        }
    )
    return 0


def _time(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
