"""Let Ctrl-C stop training only at a safe point."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def deferred_interrupt() -> Iterator[Callable[[], None]]:
    """Yield a function that raises `KeyboardInterrupt` if Ctrl-C was pressed; the first press does only this.

    An interrupt raised at any other point could land inside TensorFlow or in the middle of writing a file,
    and crash the process. A second Ctrl-C raises at once. Outside the main thread, or if the process was
    started to ignore Ctrl-C, nothing changes.
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
