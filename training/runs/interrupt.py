"""Ctrl-C at a safe place."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def deferred_interrupt() -> Iterator[Callable[[], None]]:
    """Yield a function that raises `KeyboardInterrupt` if Ctrl-C was pressed since; elsewhere nothing does.

    Raised just anywhere, an interrupt may land inside TensorFlow or a file that is being written, and tear
    the process down. The second Ctrl-C does raise at once. Outside the main thread, and where the process
    was started deaf to Ctrl-C, nothing changes.
    """
    pressed = threading.Event()

    def raise_if_pressed() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    def press(number: int, _frame: object) -> None:
        pressed.set()
        signal.signal(number, signal.default_int_handler)

    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield raise_if_pressed
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield raise_if_pressed
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
