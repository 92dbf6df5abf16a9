"""`python -m live.ports`: the port process; `live.supervisor` starts it."""

import gc
import os
import signal
import socket
import sys

from live.ports.line import SocketLine
from live.ports.process import PortProcess
from live.supervisor.children import CONTROL
from live.system.real_time import raise_priority


def main() -> int:
    """Serve the ports until the engine closes them, or nobody is left who could."""
    control = os.environ.get(CONTROL)
    if control is None:
        raise SystemExit(f"segue: `python -m {__package__}` runs beside `segue play`, which starts it")
    # Its engine decides when to end: a closed terminal, or a computer that shuts down, ends that.
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    os.set_inheritable(int(control), False)
    raise_priority()
    # The garbage collector would stop the audio callback for some milliseconds. What this process makes
    # while it serves has no reference cycles, so nothing is left to collect.
    gc.disable()
    PortProcess(SocketLine(socket.socket(fileno=int(control)))).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
