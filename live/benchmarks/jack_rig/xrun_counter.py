"""Counts the xruns of the JACK server: `python -m live.benchmarks.jack_rig.xrun_counter --seconds N PORT`.

It waits for a port and then until the programs have settled, counts for N seconds, and prints how often JACK
said that a cycle came too late. It is a client without a process callback, so none is late because of it.
"""

import argparse
import sys
import time
from collections.abc import Sequence

import jack

from live.benchmarks.jack_rig.ports import wait_for_ports
from live.benchmarks.processes import end_in_order

SETTLING_SECONDS = 5.0
"""Loading a preset, and new clients, cause xruns that are not counted."""


def main(argv: Sequence[str] | None = None) -> int:
    """Count, and print the number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port")
    parser.add_argument("--seconds", type=float, required=True)
    arguments = parser.parse_args(argv)
    xruns = 0

    def count(_: float) -> None:
        nonlocal xruns
        xruns += 1

    client = jack.Client("xruns", no_start_server=True)
    client.set_xrun_callback(count)
    with client:
        wait_for_ports(client, [arguments.port])
        time.sleep(SETTLING_SECONDS)
        before = xruns
        time.sleep(arguments.seconds)
        print(xruns - before)
    return 0


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
