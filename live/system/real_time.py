"""Measures against delays that the operating system, and Python itself, cause for the sender.

Each measure is here because it helped. The table shows the lateness in ms of a thread that waits for 400-700
points in time, while another thread of its process computes in Python (Linux, 2 cores; median / p99 of
typical runs; interleaved):

    ======================================================  ==============  =====================
    measure                                                 idle computer   two busy processes
    ======================================================  ==============  =====================
    none                                                    5.2 / 9.0       -
    switch interval 0.5 ms                                  0.70 / 3.4      1.9-5.3 / 20-24
    and the waiting thread in SCHED_FIFO                    0.56 / 4.2      1.6-2.1 / 10-16
    and the computing thread in SCHED_FIFO                  0.60 / 0.8      0.56-0.63 / 0.7-1.0
    and a switch interval of 0.1 ms                         0.19 / 0.3      0.15 / 0.3-1.0
    ======================================================  ==============  =====================

The fourth line shows the effect of the interpreter's lock. If another program keeps the thread with the lock
from the processor, all threads of the process wait, JACK's included, whatever their priority. With the
computing thread at nice -15 instead, an asynchronous JACK server (128 frames) lost 34-67 periods in 15 s to
segue on a busy computer; with SCHED_FIFO it lost 5-8, and with RtMidi, whose callback is not in Python, 4-7
(91 and 47 in a round in which the computer itself stood still). Linux applies niceness within a session only.
The price of SCHED_FIFO: the kernel suspends real-time threads that take more than 95 % of a second, so long
computations, such as loading a preset, need their own thread.

All figures are from Linux. The calls for macOS and Windows follow their manuals and were never tried.
"""

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

SENDER_PRIORITY = 3
"""SCHED_FIFO priority of the sender: below JACK's threads (by default the server's at 10, clients' at 5)."""

STAGE_PRIORITY = 2
"""SCHED_FIFO priority of the thread that decides and draws."""

SWITCH_SECONDS = 0.0001
"""How long one Python thread may block another; CPython's default of 5 ms would make each note late."""

REMEDY = (
    "add the line `@audio - rtprio 95` to /etc/security/limits.d/audio.conf, "
    "join the group `audio` and log in again"
)
"""What to do if Linux refuses a priority."""

_QOS_CLASS_USER_INTERACTIVE = 0x21  # <sys/qos.h>
_THREAD_PRIORITY_HIGHEST, _THREAD_PRIORITY_TIME_CRITICAL = 2, 15  # winbase.h
_TIMER_MILLISECONDS = 1


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that segue requested from the system.

    Attributes:
        name: what was requested.
        granted: whether the system granted it.
        detail: the setting now, or why it was refused.
        remedy: what the user can do; None if there is nothing to do.
    """

    name: str
    granted: bool
    detail: str
    remedy: str | None


def raise_priority() -> Measure:
    """Give the calling thread, a sender's, priority over all others but JACK's. Never raises."""
    return _raise("sender's priority", SENDER_PRIORITY, _THREAD_PRIORITY_TIME_CRITICAL)


@contextmanager
def real_time_stage() -> Iterator[list[Measure]]:
    """Keep Python and the system from delaying the sender, until the end of the block.

    This is for the thread that decides and draws. Enter it after everything is loaded and before ports are
    opened; otherwise JACK's thread would wait some 50 ms for the garbage collector. It yields what was
    requested and whether it was granted, and never raises by itself.
    """
    with ExitStack() as stack:
        yield [
            _raise_stage(stack),
            _switch_quickly(stack),
            _spare_collector(stack),
            *([_sharpen_timer(stack)] if sys.platform == "win32" else []),
        ]


def _raise_stage(stack: ExitStack) -> Measure:
    measure = _raise("stage's priority", STAGE_PRIORITY, _THREAD_PRIORITY_HIGHEST)
    if sys.platform == "linux" and measure.granted:
        # Keep the flag: permission to raise a thread does not always include permission to clear it.
        ordinary = os.SCHED_OTHER | os.SCHED_RESET_ON_FORK
        stack.callback(os.sched_setscheduler, 0, ordinary, os.sched_param(0))
    return measure


def _switch_quickly(stack: ExitStack) -> Measure:
    stack.callback(sys.setswitchinterval, sys.getswitchinterval())
    sys.setswitchinterval(SWITCH_SECONDS)
    return Measure("interpreter's switching", True, f"every {SWITCH_SECONDS * 1e3:g} ms", None)


def _spare_collector(stack: ExitStack) -> Measure:
    """Exclude everything loaded so far from garbage collection; later objects are still collected."""
    gc.collect()
    gc.freeze()
    stack.callback(gc.unfreeze)
    return Measure("garbage collection", True, f"skips {gc.get_freeze_count()} objects", None)


def _raise(name: str, priority: int, windows_priority: int) -> Measure:
    """Raise the priority of the calling thread, but not of threads that it starts."""
    if sys.platform == "linux":
        scheduler = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
        try:
            os.sched_setscheduler(0, scheduler, os.sched_param(priority))
        except OSError as error:
            return Measure(name, False, f"SCHED_FIFO refused: {error.strerror}", REMEDY)
        else:
            return Measure(name, True, f"SCHED_FIFO {priority}", None)
    else:
        return _raise_elsewhere(name, windows_priority)


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
    """Make Windows wake threads with a precision of 1 ms instead of 16."""
    if sys.platform == "win32":
        multimedia = ctypes.WinDLL("winmm")
        granted = multimedia.timeBeginPeriod(_TIMER_MILLISECONDS) == 0
        if granted:
            stack.callback(multimedia.timeEndPeriod, _TIMER_MILLISECONDS)
        return Measure("timer", granted, f"wakes every {_TIMER_MILLISECONDS} ms", None)
    return Measure("timer", True, "fine by itself", None)
