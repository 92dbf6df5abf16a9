"""The terminal, given back by whoever outlives the process that used it."""

import os
import sys

import pytest

from live.supervisor.terminal import kept_terminal

if sys.platform == "win32":
    pytest.skip("Windows has no such terminals", allow_module_level=True)
import termios


@pytest.fixture
def terminal(monkeypatch):
    """A terminal that is stdin."""
    other_end, end = os.openpty()
    with os.fdopen(end, "r+b", buffering=0) as file:
        monkeypatch.setattr(sys, "stdin", file)
        yield file
    os.close(other_end)


def is_canonical(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ICANON)


@pytest.mark.parametrize("in_background", [False, True])
def test_only_a_job_in_the_foreground_sets_the_terminal(terminal, monkeypatch, in_background):
    monkeypatch.setattr(os, "tcgetpgrp", lambda number: os.getpgrp() + in_background)
    with kept_terminal() as give_back:
        settings = termios.tcgetattr(terminal)
        settings[3] &= ~termios.ICANON
        termios.tcsetattr(terminal, termios.TCSANOW, settings)
        give_back()
    assert is_canonical(terminal) == (not in_background)
