import os
import signal

import pytest

from training.runs.interrupt import deferred_interrupt


@pytest.fixture(autouse=True)
def listening():
    """A test runner in the background may have been started deaf to Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_waits_until_it_is_asked_for():
    with deferred_interrupt() as raise_if_interrupted:
        raise_if_interrupted()
        press()
        with pytest.raises(KeyboardInterrupt):
            raise_if_interrupted()


def test_the_second_one_does_not_wait():
    with deferred_interrupt():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_afterwards_it_is_as_before():
    with deferred_interrupt():
        pass
    with pytest.raises(KeyboardInterrupt):
        press()


def test_where_ctrl_c_is_ignored_it_stays_ignored():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with deferred_interrupt() as raise_if_interrupted:
        press()
        raise_if_interrupted()
