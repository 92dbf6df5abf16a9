"""Runs a command on a JACK server of its own.

    python -m tests.measurements.with_jack --period 256 -- segue bench clock

The server has no sound card, and waits for its clients (`-S`): nothing is lost on a busy machine. It ends
with the command, whose exit code is returned. Needs the Debian package jackd2, and JACK-Client (the extra
`jack`).
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence

from tests.measurements.performance import jack_server


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--period", type=int, default=256, help="frames in a period")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    arguments = parser.parse_args(argv)
    with jack_server(arguments.period):
        process = subprocess.Popen(arguments.command)
        try:
            return process.wait()
        finally:
            # Ctrl-C reaches the command, too, which then ends what it started; the server waits for that.
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
