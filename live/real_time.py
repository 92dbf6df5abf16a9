"""What keeps the machine, and Python itself, from making the player late.

Each measure stands here because it helped. Lateness in ms of a thread that waits for 400-700 moments, while
another thread of its process computes in Python (Linux, 2 cores; median / p99 of typical runs; interleaved):

    ======================================================  ==============  =====================
    measure                                                 idle machine    two busy processes
    ======================================================  ==============  =====================
    none                                                    5.2 / 9.0       -
    switch interval 0.5 ms                                  0.70 / 3.4      1.9-5.3 / 20-24
    and the waiting thread in SCHED_FIFO                    0.56 / 4.2      1.6-2.1 / 10-16
    and the computing thread at nice -15                    -               0.56 / 0.6-1.1
    and a switch interval of 0.1 ms                         0.16 / 0.3      0.15 / 0.3-1.0
    ======================================================  ==============  =====================

The fourth line is the interpreter's lock: a thread that has it, and is kept from the processor by another
program, keeps all threads of its process waiting, whatever their priority. SCHED_FIFO for the computing
thread, too, was as good, but the kernel holds up real-time threads, JACK's among them, that take more than
95 % of a second.

Measured on Linux alone; the calls for macOS and Windows follow their manuals and were never tried.
"""

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

PLAYER_PRIORITY = 2
"""Of SCHED_FIFO: below JACK's own threads, the server's at 10 and its clients' at 5 unless told otherwise."""

STAGE_NICENESS = -15
"""For the thread that decides and draws; it and what it starts come before other programs' threads."""

SWITCH_SECONDS = 0.0001
"""How long one Python thread may hold up another (CPython's own 5 ms would make each note late)."""

LIMITS = "/etc/security/limits.d/audio.conf"

_QOS_CLASS_USER_INTERACTIVE = 0x21  # <sys/qos.h>
_THREAD_PRIORITY_HIGHEST, _THREAD_PRIORITY_TIME_CRITICAL = 2, 15  # winbase.h
_TIMER_MILLISECONDS = 1


@dataclass(frozen=True, slots=True)
class Measure:
    """Something asked of the system.

    Attributes:
        name: what was asked for.
        granted: whether the system gave it.
        detail: what it is now, or why it was refused.
        remedy: what the user can do; None where nothing is to be done.
    """

    name: str
    granted: bool
    detail: str
    remedy: str | None


def raise_priority() -> Measure:
    """Let the calling thread come before all others but JACK's: for the player's. Never raises."""
    name = "player's priority"
    if sys.platform == "linux":
        scheduler = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
        try:
            os.sched_setscheduler(0, scheduler, os.sched_param(PLAYER_PRIORITY))
        except OSError as error:
            return _refused(name, "SCHED_FIFO", error, "rtprio 95")
        else:
            return Measure(name, True, f"SCHED_FIFO {PLAYER_PRIORITY}", None)
    else:
        return _raise_elsewhere(name, _THREAD_PRIORITY_TIME_CRITICAL)


@contextmanager
def real_time_stage() -> Iterator[list[Measure]]:
    """Keep Python and the system from making the player late, until the end of the block.

    For the thread that decides and draws. Enter it after everything was loaded, and before ports are opened
    and threads started: on Linux these inherit its niceness, and JACK's would wait some 50 ms for the
    collector. Yields what was granted; never raises by itself.
    """
    with ExitStack() as stack:
        yield [
            _raise_stage(stack),
            _switch_quickly(stack),
            _spare_collector(stack),
            *([_sharpen_timer(stack)] if sys.platform == "win32" else []),
        ]


def _raise_stage(stack: ExitStack) -> Measure:
    name = "stage's priority"
    if sys.platform == "linux":
        before = os.getpriority(os.PRIO_PROCESS, 0)  # on Linux 0 means the calling thread
        try:
            os.setpriority(os.PRIO_PROCESS, 0, min(before, STAGE_NICENESS))
        except OSError as error:
            return _refused(name, f"nice {STAGE_NICENESS}", error, f"nice {STAGE_NICENESS}")
        else:
            stack.callback(os.setpriority, os.PRIO_PROCESS, 0, before)
            return Measure(name, True, f"nice {STAGE_NICENESS}", None)
    else:
        return _raise_elsewhere(name, _THREAD_PRIORITY_HIGHEST)


def _switch_quickly(stack: ExitStack) -> Measure:
    stack.callback(sys.setswitchinterval, sys.getswitchinterval())
    sys.setswitchinterval(SWITCH_SECONDS)
    return Measure("interpreter's switching", True, f"every {SWITCH_SECONDS * 1e3:g} ms", None)


def _spare_collector(stack: ExitStack) -> Measure:
    """Keep the garbage collector from walking through what was loaded; what comes later it still collects."""
    gc.collect()
    gc.freeze()
    stack.callback(gc.unfreeze)
    return Measure("garbage collection", True, f"passes over {gc.get_freeze_count()} objects", None)


def _refused(name: str, what: str, error: OSError, limit: str) -> Measure:
    remedy = f"add the line `@audio - {limit}` to {LIMITS}, join the group `audio` and log in again"
    return Measure(name, False, f"{what} refused: {error.strerror}", remedy)


def _raise_elsewhere(name: str, windows_priority: int) -> Measure:
    if sys.platform == "darwin":
        try:
            failed = ctypes.CDLL(None).pthread_set_qos_class_self_np(_QOS_CLASS_USER_INTERACTIVE, 0)
        except (OSError, AttributeError) as error:
            return Measure(name, False, str(error), None)
        return Measure(name, not failed, "user-interactive quality of service", None)
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentThread.restype = ctypes.c_void_p
        granted = kernel.SetThreadPriority(ctypes.c_void_p(kernel.GetCurrentThread()), windows_priority)
        return Measure(name, bool(granted), f"thread priority {windows_priority}", None)
    return Measure(name, False, f"not known how on {sys.platform}", None)


def _sharpen_timer(stack: ExitStack) -> Measure:
    """Let Windows wake threads to the millisecond and not every 16."""
    if sys.platform == "win32":
        multimedia = ctypes.WinDLL("winmm")
        granted = multimedia.timeBeginPeriod(_TIMER_MILLISECONDS) == 0
        if granted:
            stack.callback(multimedia.timeEndPeriod, _TIMER_MILLISECONDS)
        return Measure("timer", granted, f"wakes every {_TIMER_MILLISECONDS} ms", None)
    return Measure("timer", True, "fine by itself", None)
