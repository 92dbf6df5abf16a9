"""A process with presets: `python -m live.benchmarks.loaded PRESET...` prints the bytes it has in memory."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from live.benchmarks.processes import module_command
from live.inference.preset_loader import load_stage_preset

PROCESS = Path("/proc/self/status")


def loaded_command(presets: Sequence[str]) -> list[str]:
    """Return the command that loads presets and prints the bytes in memory."""
    return module_command(__name__, *presets)


def main(argv: Sequence[str] | None = None) -> int:
    """Make each preset ready to play, and print the bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*")
    held = [load_stage_preset(name) for name in parser.parse_args(argv).presets]
    print(resident_bytes())
    # Keep all of them until here.
    del held
    return 0


def resident_bytes() -> int:
    """Return how many bytes this process has in memory, or its peak if the system reports only that."""
    if PROCESS.exists():
        line = next(line for line in PROCESS.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    sys.exit(main())
