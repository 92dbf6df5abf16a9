"""A process for the supervisor: acts each of its lives as a script says, and writes down what it saw.

`python -m tests.live.supervisor.actor LOG ACTION...`: each life takes the next action: `die`, or `die early`,
which means before it has begun, or `die deaf`, without reading what it got; `wait` until nobody comes any
more; `meet` three others, then end; `be ended` by a signal; `end late`, when the others have left; or an exit
code to end with. It acts when it is greeted.
"""

import os
import select
import signal
import socket
import sys
from pathlib import Path

from live.ports.line import LineClosed, PeerCame, PeerLeft, SocketLine
from live.supervisor.children import CONTROL

MEETINGS = 3
ENDED = 7


def main() -> int:
    log, actions = Path(sys.argv[1]), sys.argv[2:]
    lives = log.read_text().count("born") if log.exists() else 0
    control = socket.socket(fileno=int(os.environ[CONTROL]))
    line = SocketLine(control)
    met = 0
    action = actions[min(lives, len(actions) - 1)]

    def write(words: str) -> None:
        with log.open("a") as file:
            file.write(f"{words}\n")

    write(f"born {os.getpid()}")
    if action != "die early":
        line.begin()
    if action == "die deaf":
        select.select([control], [], [])
        os.kill(os.getpid(), signal.SIGKILL)
    while True:
        for packet in line.receive(60.0):
            match packet:
                case PeerCame():
                    met += 1
                    line.send(f"hello from {log.stem} {lives}")
                    if action == "meet" and met == MEETINGS:
                        return 0
                case PeerLeft() if action == "wait":
                    write("left alone")
                case LineClosed() if action == "wait":
                    write("nobody comes")
                    return 0
                case str(words):
                    write(words)
                    if action in ("die", "die early"):
                        os.kill(os.getpid(), signal.SIGKILL)
                    if action == "be ended":
                        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(ENDED))
                        os.kill(os.getppid(), signal.SIGTERM)
                    if action == "end late":
                        line.receive(60.0)  # until the others have left
                        return 0
                    if action.isdecimal():
                        return int(action)


if __name__ == "__main__":
    sys.exit(main())
