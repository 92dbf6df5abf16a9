"""Whether the ports have a process of their own, and how long an order is on its way to it."""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from live.checkups.finding import Finding, fault, hint, ok
from live.core.output.thru_rules import ThruRules
from live.ports.line import Line, PeerCame, SocketLine
from live.ports.orders import Open
from live.ports.process import HOP_SECONDS
from live.ports.reports import News
from live.supervisor.children import Child, join

SUBJECT = "processes"

NO_BACKEND = "none"
"""No MIDI system has this name: the port process refuses it at once, and opens nothing."""

ORDERS = 200

ANSWER_SECONDS = 10.0
"""How long the port process may take to start and to answer."""


def check_processes() -> Finding:
    """Start a port process, and measure how quickly it answers."""
    if sys.platform != "linux":
        return hint(SUBJECT, "the ports are in a thread of segue's process", "That is so on this system.")
    with _port_process() as line:
        took = _answer_times(line)
    if len(took) < ORDERS:
        return fault(
            SUBJECT,
            f"a port process gave {len(took)} of {ORDERS} answers",
            "Run `python -m live.ports` to see why it does not start.",
            keeps_from_playing=not took,
        )
    return judge_answers(took)


def judge_answers(took: list[float]) -> Finding:
    """Return how long orders and their answers took, in seconds."""
    ordered = sorted(took)
    median, p99, worst = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)], ordered[-1]
    found = (
        "the ports have a process of their own; an order and its answer take "
        f"{median * 1e3:.2f} ms (median), {p99 * 1e3:.2f} ms (p99), {worst * 1e3:.2f} ms (longest)"
    )
    if p99 > HOP_SECONDS:
        return hint(SUBJECT, found, "Quit programs that keep the processor busy: notes may come late.")
    return ok(SUBJECT, found)


@contextmanager
def _port_process() -> Iterator[Line]:
    """Start a port process, and yield the line to it."""
    control, own_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child, line = Child("live.ports", own_session=True), SocketLine(own_control)
    with control:
        try:
            child.start()
            join(control, child.control)
            yield line
        finally:
            line.close()
            child.hang_up()
            child.wait(ANSWER_SECONDS)


def _answer_times(line: Line) -> list[float]:
    """Return how long each of many orders and its answer took, in seconds."""
    took: list[float] = []
    deadline = time.monotonic() + ANSWER_SECONDS
    began = time.monotonic()
    while len(took) <= ORDERS and (left := deadline - time.monotonic()) > 0:
        for packet in line.receive(left):
            if isinstance(packet, News):
                took.append(time.monotonic() - began)
            if isinstance(packet, News | PeerCame):
                began = time.monotonic()
                line.send(Open((None,), (), NO_BACKEND, False, True, ThruRules()))
    return took[1:]  # the first one loads the port process's modules
