"""What keeps the machine, and Python itself, from making a sender late.

Each measure stands here because it helped. Lateness in ms of a thread that waits for 400-700 moments, while
another thread of its process computes in Python (Linux, 2 cores; median / p99 of typical runs; interleaved):

    ======================================================  ==============  =====================
    measure                                                 idle machine    two busy processes
    ======================================================  ==============  =====================
    none                                                    5.2 / 9.0       -
    switch interval 0.5 ms                                  0.70 / 3.4      1.9-5.3 / 20-24
    and the waiting thread in SCHED_FIFO                    0.56 / 4.2      1.6-2.1 / 10-16
    and the computing thread, too                           0.60 / 0.8      0.56-0.63 / 0.7-1.0
    and a switch interval of 0.1 ms                         0.19 / 0.3      0.15 / 0.3-1.0
    ======================================================  ==============  =====================

The fourth line is the interpreter's lock: a thread that has it, and is kept from the processor by another
program, keeps all threads of its process waiting, whatever their priority, and JACK's thread with them. With
the computing thread at nice -15 instead, an asynchronous JACK server (128 frames) lost 34-67 periods in 15 s
to segue on a busy machine; with SCHED_FIFO 5-8, and with RtMidi, whose callback is no Python, 4-7 (91 and 47
in a round in which the machine itself stood still). Linux weighs niceness within a session only. In return
the kernel holds up real-time threads that take more than 95 % of a second, so what computes for long, such as
the loading of a preset, belongs into a thread of its own.

Measured on Linux alone; the calls for macOS and Windows follow their manuals and were never tried.
"""

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

SENDER_PRIORITY = 3
"""Of SCHED_FIFO: below JACK's own threads, the server's at 10 and its clients' at 5 unless told otherwise."""

STAGE_PRIORITY = 2
"""Likewise, for the thread that decides and draws."""

SWITCH_SECONDS = 0.0001
"""How long one Python thread may hold up another (CPython's own 5 ms would make each note late)."""

REMEDY = (
    "add the line `@audio - rtprio 95` to /etc/security/limits.d/audio.conf, "
    "join the group `audio` and log in again"
)
"""Where Linux refuses."""

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
    """Let the calling thread come before all others but JACK's: for a sender's. Never raises."""
    return _raise("sender's priority", SENDER_PRIORITY, _THREAD_PRIORITY_TIME_CRITICAL)


@contextmanager
def real_time_stage() -> Iterator[list[Measure]]:
    """Keep Python and the system from making a sender late, until the end of the block.

    For the thread that decides and draws. Enter it after everything was loaded, and before ports are opened:
    JACK's thread would wait some 50 ms for the collector. Yields what was granted; never raises by itself.
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
        # Who may raise a thread may not always take this flag from it.
        ordinary = os.SCHED_OTHER | os.SCHED_RESET_ON_FORK
        stack.callback(os.sched_setscheduler, 0, ordinary, os.sched_param(0))
    return measure


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


def _raise(name: str, priority: int, windows_priority: int) -> Measure:
    """Raise the calling thread, and none that it starts."""
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
    """Let Windows wake threads to the millisecond and not every 16."""
    if sys.platform == "win32":
        multimedia = ctypes.WinDLL("winmm")
        granted = multimedia.timeBeginPeriod(_TIMER_MILLISECONDS) == 0
        if granted:
            stack.callback(multimedia.timeEndPeriod, _TIMER_MILLISECONDS)
        return Measure("timer", granted, f"wakes every {_TIMER_MILLISECONDS} ms", None)
    return Measure("timer", True, "fine by itself", None)
