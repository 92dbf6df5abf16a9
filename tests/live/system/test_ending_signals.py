"""Signals that end a program come in as news, and never twice as an end in the middle of a note."""

import signal

import pytest

from live.system.clock import VirtualClock
from live.system.ending_signals import SAME_SECONDS, ending_signals

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signals on Windows")


def test_a_terminal_that_closes_hangs_up_twice_and_is_heard_once():
    taken = []
    with ending_signals(taken.append):
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
    assert taken == [signal.SIGHUP]


def test_a_second_request_to_end_is_obeyed_at_once_and_ctrl_c_comes_in_again(monkeypatch):
    taken, obeyed, clock = [], [], VirtualClock()
    with ending_signals(taken.append, clock=clock):
        signal.raise_signal(signal.SIGTERM)
        clock.jump_to(SAME_SECONDS + 0.01)
        signal.raise_signal(signal.SIGINT)
        raise_signal = signal.raise_signal
        monkeypatch.setattr(signal, "raise_signal", lambda n: obeyed.append((n, signal.getsignal(n))))
        raise_signal(signal.SIGTERM)
    assert taken == [signal.SIGTERM, signal.SIGINT]
    assert obeyed == [(signal.SIGTERM, signal.SIG_DFL)]


def test_a_signal_that_the_supervisor_passes_on_is_the_one_that_came():
    taken, clock = [], VirtualClock()
    with ending_signals(taken.append, clock=clock):
        signal.raise_signal(signal.SIGQUIT)
        clock.jump_to(SAME_SECONDS - 0.01)
        signal.raise_signal(signal.SIGQUIT)
    assert taken == [signal.SIGQUIT]


def test_afterwards_all_is_as_before():
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP")
    before = [signal.getsignal(getattr(signal, name)) for name in names]
    with ending_signals(lambda number: None):
        signal.raise_signal(signal.SIGHUP)
    assert [signal.getsignal(getattr(signal, name)) for name in names] == before
