"""The process that holds presets: `python -m live.benchmarks.loaded PRESET...` prints the bytes it has."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from live.benchmarks.processes import module_command
from live.core.controls import Controls
from live.core.prediction import Moment
from live.predictor import open_predictor
from presets.encoding import BEAT
from presets.library import load_preset

PROCESS = Path("/proc/self/status")


def loaded_command(presets: Sequence[str]) -> list[str]:
    """Return the command that loads presets and prints the bytes that it has in memory then."""
    return module_command(__name__, *presets)


def main(argv: Sequence[str] | None = None) -> int:
    """Load, predict an event with each, and print the bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*")
    held = []
    for name in parser.parse_args(argv).presets:
        bundle = load_preset(name)
        predictor = open_predictor(bundle)
        controls = Controls.of(bundle.settings)
        predictor.predict(bundle.seeds[0].window, Moment(BEAT), controls, np.random.default_rng(0))
        held.append((bundle, predictor))
    print(resident_bytes())
    return 0


def resident_bytes() -> int:
    """Return how much memory this process has; where the system tells only the most it ever had, that."""
    if PROCESS.exists():
        line = next(line for line in PROCESS.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    sys.exit(main())
