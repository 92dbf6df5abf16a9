"""What a process cycle calls of libjack, without letting go of the interpreter's lock (GIL).

Importing this raises OSError where libjack is missing.

JACK-Client lets go of the lock around each call, and a thread that computes in Python takes it: JACK's thread
then waits for it again, half a dozen times a cycle. Beside such a thread cycles that call JACK-Client lasted
590-1550 us (p99; the longest 4.2 ms), and those that call this 22 us (72 us; 128 frames at 48 kHz, switch
interval 0.5 ms). None of these functions waits for anything, so the lock may be held meanwhile.
"""

from collections.abc import Iterator
from ctypes import POINTER, PyDLL, Structure, byref, c_char_p, c_int, c_size_t, c_uint32, c_void_p, string_at
from typing import Any

import jack


class _Event(Structure):
    """`jack_midi_event_t`."""

    _fields_ = (("time", c_uint32), ("size", c_size_t), ("buffer", c_void_p))


_LIBRARY = PyDLL(jack._libname)  # the very library that JACK-Client has loaded


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
    """When the cycle is that runs now."""

    def __init__(self, client: jack.Client) -> None:
        self._client = _address(client)

    def read(self) -> tuple[int, int]:
        """Return the number of the cycle's first frame, in 32 bits, and the frames since its beginning."""
        return _last_frame_time(self._client), _frames_since_cycle_start(self._client)


class MidiWriter:
    """The buffer of an output port in the cycle that runs now."""

    def __init__(self, port: jack.OwnMidiPort) -> None:
        self._port = _address(port)
        self._buffer: int | None = None

    def begin(self, frames: int) -> None:
        """Empty the buffer; first of all in each cycle, else JACK plays what it held before."""
        self._buffer = _get_buffer(self._port, frames)
        _clear_buffer(self._buffer)

    def write(self, offset: int, data: bytes) -> bool:
        """Write a message at a frame of the cycle, not before the last one; return whether it had room."""
        return bool(_write(self._buffer, offset, data, len(data)) == 0)


class MidiReader:
    """The buffer of an input port in the cycle that runs now."""

    def __init__(self, port: jack.OwnMidiPort) -> None:
        self._port = _address(port)
        self._event = _Event()

    def read(self, frames: int) -> Iterator[tuple[int, bytes]]:
        """Yield each message with its frame in the cycle."""
        buffer = _get_buffer(self._port, frames)
        for index in range(_count(buffer)):
            if _get(byref(self._event), buffer, index) == 0:
                yield self._event.time, string_at(self._event.buffer, self._event.size)


def _address(thing: jack.Client | jack.OwnMidiPort) -> int:
    """Return where libjack keeps a client or a port; it stays there until that is closed."""
    return int(jack._ffi.cast("uintptr_t", thing._ptr))
