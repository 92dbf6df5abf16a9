"""Calls of libjack in a process cycle that keep the interpreter's lock (GIL).

Importing this module raises OSError if libjack is missing.

JACK-Client releases the lock around each call. A thread that computes in Python then takes it, and JACK's
thread has to wait for it again, half a dozen times in each cycle. While another thread computed, cycles with
JACK-Client's calls lasted 590-1550 us (p99; the longest 4.2 ms), and cycles with these calls 22 us (the
longest 72 us; 128 frames at 48 kHz, switch interval 0.5 ms). None of these functions blocks, so it is safe to
hold the lock.
"""

from collections.abc import Iterator
from ctypes import POINTER, PyDLL, Structure, byref, c_char_p, c_int, c_size_t, c_uint32, c_void_p, string_at
from typing import Any

import jack

MOST_BYTES = 3
"""The longest message that is no SysEx (MIDI 1.0 Detailed Specification, table I)."""


class _Event(Structure):
    """`jack_midi_event_t`."""

    _fields_ = (("time", c_uint32), ("size", c_size_t), ("buffer", c_void_p))


_LIBRARY = PyDLL(jack._libname)  # the same library that JACK-Client has loaded


def _function(name: str, result: Any, *arguments: Any) -> Any:
    function = getattr(_LIBRARY, name)
    function.restype, function.argtypes = result, arguments
    return function


_last_frame_time = _function("jack_last_frame_time", c_uint32, c_void_p)
_frames_since_cycle_start = _function("jack_frames_since_cycle_start", c_uint32, c_void_p)
_get_buffer = _function("jack_port_get_buffer", c_void_p, c_void_p, c_uint32)
_clear_buffer = _function("jack_midi_clear_buffer", None, c_void_p)
_write = _function("jack_midi_event_write", c_int, c_void_p, c_uint32, c_char_p, c_size_t)
_count = _function("jack_midi_get_event_count", c_uint32, c_void_p)
_get = _function("jack_midi_event_get", c_int, POINTER(_Event), c_void_p, c_uint32)


class CycleTime:
    """The time of the current process cycle."""

    def __init__(self, client: jack.Client) -> None:
        self._client = _address(client)

    def read(self) -> tuple[int, int]:
        """Return the number of the cycle's first frame (32 bits), and the frames since its beginning."""
        return _last_frame_time(self._client), _frames_since_cycle_start(self._client)


class MidiWriter:
    """The buffer of an output port in the current cycle."""

    def __init__(self, port: jack.OwnMidiPort) -> None:
        self._port = _address(port)
        self._buffer: int | None = None

    def begin(self, frames: int) -> None:
        """Empty the buffer; call this first in each cycle, or JACK plays the previous contents again."""
        self._buffer = _get_buffer(self._port, frames)
        _clear_buffer(self._buffer)

    def write(self, offset: int, data: bytes) -> bool:
        """Write a message at a frame of the cycle, not before the last one; return whether there was room."""
        return bool(_write(self._buffer, offset, data, len(data)) == 0)


class MidiReader:
    """The buffer of an input port in the current cycle."""

    def __init__(self, port: jack.OwnMidiPort) -> None:
        self._port = _address(port)
        self._event = _Event()

    def read(self, frames: int) -> Iterator[tuple[int, bytes]]:
        """Yield each message but SysEx with its frame in the cycle; SysEx may be as long as the buffer."""
        buffer = _get_buffer(self._port, frames)
        for index in range(_count(buffer)):
            if _get(byref(self._event), buffer, index) == 0 and self._event.size <= MOST_BYTES:
                yield self._event.time, string_at(self._event.buffer, self._event.size)


def _address(thing: jack.Client | jack.OwnMidiPort) -> int:
    """Return libjack's address of a client or a port, which is valid until that is closed."""
    return int(jack._ffi.cast("uintptr_t", thing._ptr))
