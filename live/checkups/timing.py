"""Whether the sender can be in time: its priority, and how precisely the system wakes it."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from live.checkups.finding import Finding, fault, hint, ok
from live.system.real_time import Measure, raise_priority

PRIORITY = "priority"
TIMER = "timer"

WAIT_SECONDS = 0.001
WAITS = 200

UNNOTICED_SECONDS = 0.002
"""A shorter delay is less than a drummer's own deviation, and less than a MIDI cable needs for two notes."""

AUDIBLE_SECONDS = 0.020
"""Above this a note sounds late beside others."""


def check_timing(raise_priority: Callable[[], Measure] = raise_priority) -> Iterator[Finding]:
    """Ask for the sender's priority in a new thread, and measure how that thread waits."""
    with ThreadPoolExecutor(1) as executor:
        yield judge_priority(executor.submit(raise_priority).result())
        yield judge_timer(executor.submit(oversleeps).result())


def judge_priority(measure: Measure) -> Finding:
    """Return whether the system granted the priority."""
    if measure.granted:
        return ok(PRIORITY, measure.detail)
    return hint(PRIORITY, measure.detail, measure.remedy or "Nothing can be done about it on this system.")


def oversleeps() -> list[float]:
    """Return by how many seconds each of many short waits was too long."""
    late = []
    deadline = time.monotonic()
    for _ in range(WAITS):
        deadline = max(deadline, time.monotonic()) + WAIT_SECONDS
        time.sleep(max(0.0, deadline - time.monotonic()))
        late.append(max(0.0, time.monotonic() - deadline))
    return late


def judge_timer(late: Sequence[float]) -> Finding:
    """Return how precisely the system woke the thread."""
    ordered = sorted(late)
    median, p99, worst = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)], ordered[-1]
    found = (
        f"{len(ordered)} waits of {WAIT_SECONDS * 1e3:g} ms were too long by {median * 1e3:.2f} ms (median), "
        f"{p99 * 1e3:.2f} ms (p99), {worst * 1e3:.2f} ms (longest)"
    )
    remedy = "Quit programs that keep the processor busy, and check that the priority is granted."
    if p99 > AUDIBLE_SECONDS:
        return fault(TIMER, found, remedy)
    if p99 > UNNOTICED_SECONDS:
        return hint(TIMER, found, remedy)
    return ok(TIMER, found)
