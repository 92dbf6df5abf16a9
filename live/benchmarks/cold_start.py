"""The time from the start of `segue play` to its first note, compared with importing its libraries."""

import subprocess
import sys
import time

from live.benchmarks.listener import ListenerProcess, listening
from live.benchmarks.performing import play_preset
from live.benchmarks.setting import Measured, NotMeasuredError, Row, Setting
from live.benchmarks.statistics import quantile, spread

PRESET = "chopin"
TIMES = 5
SECONDS = 1.0
"""How much music to play; only the first note matters."""


def measure(setting: Setting) -> Measured:
    """Start both in turn, five times each; `seconds` has no effect here.

    Raises:
        NotMeasuredError: if nothing can listen, or segue fails.
    """
    starts, imports = [], []
    with listening(setting) as listener:
        for number in range(TIMES):
            setting.say(f"cold start: {number + 1} of {TIMES}")
            imports.append(_bare_import())
            starts.append(_first_note(listener, setting))
    return Measured(
        (
            Row("segue play: first note", "ms", spread(starts)),
            Row("import onnxruntime, rtmidi", "ms", spread(imports)),
            Row("ratio", "x", {"median": quantile(starts, 0.5) / quantile(imports, 0.5)}),
        ),
        (f"{TIMES} starts each in turn, on {listener.label}",),
    )


def _bare_import() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import onnxruntime, rtmidi"], check=True, stdin=subprocess.DEVNULL)
    return time.monotonic() - began


def _first_note(listener: ListenerProcess, setting: Setting) -> float:
    """Return the seconds from the start of the process to its first note."""
    began = time.monotonic()
    play_preset(setting.preset or PRESET, SECONDS, "--output", listener.port, *setting.backend_arguments)
    arrivals = listener.take().arrivals
    if not arrivals:
        raise NotMeasuredError("no note arrived")
    return arrivals[0].arrived - began
