"""`segue bench`: measures segue on this computer."""

import argparse
import json
import sys
from importlib import import_module
from typing import Any, Protocol, cast

from live.benchmarks import BENCHMARKS
from live.benchmarks.setting import Measured, Setting
from live.midi.system import BACKENDS
from live.system.ending_signals import ending_signals
from presets.errors import SegueError, UsageError

SUMMARY = "measure how fast and how precisely segue plays on this computer"

ENDING = ("SIGTERM", "SIGHUP")
"""Signals that end a benchmark as Ctrl-C does, with every process it started and every note."""


class Benchmark(Protocol):
    """What the module of a benchmark has."""

    def measure(self, setting: Setting) -> Measured:
        """Measure; raise a `SegueError` if this computer does not allow it."""
        ...


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue bench`."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    width = max(map(len, BENCHMARKS))
    listed = "\n".join(f"  {name:<{width}}  {what}" for name, what in BENCHMARKS.items())
    parser.epilog = f"benchmarks:\n{listed}\n\nRun them on a computer that does nothing else."
    parser.add_argument("names", nargs="*", metavar="NAME", help="the benchmarks to run (all)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--preset", metavar="P", help="the preset to measure with (each benchmark has its own)"
    )
    parser.add_argument("--seconds", type=float, metavar="N", help="how long each part of a benchmark plays")
    parser.add_argument("--backend", choices=BACKENDS, help="the MIDI system to use (segue chooses one)")


def run(arguments: argparse.Namespace) -> int:
    """Run the benchmarks; exit code 1 if none of them could be measured.

    Raises:
        UsageError: for an unknown benchmark, or for less than a second.
    """
    names = arguments.names or list(BENCHMARKS)
    for name in names:
        if name not in BENCHMARKS:
            raise UsageError(f"there is no benchmark {name!r}; the benchmarks are {', '.join(BENCHMARKS)}")
    if arguments.seconds is not None and not 1 <= arguments.seconds < float("inf"):
        raise UsageError(f"--seconds must be 1 or more, got {arguments.seconds:g}")
    setting = Setting(arguments.preset, arguments.seconds, arguments.backend, _say)
    from live.benchmarks.machine import describe_machine

    machine = describe_machine(arguments.backend)
    # As Ctrl-C does.
    with ending_signals(lambda number: sys.exit(128 + number), ENDING):
        results = {name: _measure(name, setting) for name in names}
    if arguments.json:
        print(json.dumps(as_json(machine, results), indent=2))
    else:
        from live.benchmarks.tables import show

        show(machine, results)
    return 0 if any(isinstance(result, Measured) for result in results.values()) else 1


def as_json(machine: dict[str, Any], results: dict[str, Measured | str]) -> dict[str, Any]:
    """Return the one object that `--json` prints.

    Args:
        machine: what `describe_machine` returned.
        results: by the benchmark's name; a sentence if it could not be measured.
    """
    return {
        "machine": machine,
        "benchmarks": {
            name: {"problem": result, "rows": [], "remarks": []}
            if isinstance(result, str)
            else {
                "problem": None,
                "rows": [{"what": row.what, "unit": row.unit, **row.figures} for row in result.rows],
                "remarks": list(result.remarks),
            }
            for name, result in results.items()
        },
    }


def _measure(name: str, setting: Setting) -> Measured | str:
    benchmark = cast(Benchmark, import_module(f"live.benchmarks.{name.replace('-', '_')}"))
    try:
        return benchmark.measure(setting)
    except UsageError:
        raise
    except SegueError as error:
        return str(error)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
