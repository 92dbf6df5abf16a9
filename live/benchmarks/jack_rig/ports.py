"""How a program on the benchmarks' JACK server finds the ports of another.

Importing this module raises OSError if libjack is missing.
"""

import time
from collections.abc import Sequence

import jack

APPEARING_SECONDS = 30.0
POLL_SECONDS = 0.05


def wait_for_ports(client: jack.Client, names: Sequence[str]) -> None:
    """Return when these ports are there; end this process with a sentence if they do not come.

    Raises:
        SystemExit: if they do not come within half a minute.
    """
    deadline = time.monotonic() + APPEARING_SECONDS
    while missing := set(names) - {port.name for port in client.get_ports()}:
        if time.monotonic() > deadline:
            raise SystemExit(f"no port {', '.join(sorted(missing))} appeared on JACK")
        time.sleep(POLL_SECONDS)
