"""`segue play` in a terminal of its own: keys, traps, and the terminal closing under it."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mido import MidiFile

from live.screen.typed_keys import can_read_keys
from presets.sets.reader import list_journals, read_journal
from presets.sets.records import Sent

pty = pytest.importorskip("pty", reason="no pseudo-terminals on Windows")

ALPHABET = Path(__file__).parents[2] / "golden" / "alphabet"
DEADLINE = 20.0


class Terminal:
    """A pseudo-terminal with segue in it."""

    def __init__(self, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("segue"), "play", ALPHABET, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,
            env={
                **os.environ,
                "JACK_DEFAULT_SERVER": "segue-test-nobody",
                "JACK_NO_START_SERVER": "1",
                "TERM": "xterm",
                "COLUMNS": "80",
                "LINES": "24",
            },
        )
        os.close(slave)

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def read_until(self, words: str) -> None:
        """Read the screen until these words are drawn anew."""
        start, deadline = len(self.shown), time.monotonic() + DEADLINE
        while words not in self.shown[start:]:
            ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"{words!r} expected, the screen was {self.shown[-2000:]}"
            try:
                self.shown += os.read(self._master, 65536).decode(errors="replace")
            except OSError:  # Linux says so when the last program has left the terminal
                pytest.fail(f"segue left before {words!r} was shown: {self.shown[-2000:]}")

    def close(self) -> None:
        if self._master >= 0:
            os.close(self._master)
            self._master = -1


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextmanager
def terminal(*arguments: str) -> Iterator[Terminal]:
    opened = Terminal(*arguments)
    try:
        yield opened
    finally:
        opened.process.kill()
        opened.process.wait()
        opened.close()


def test_the_keys(tmp_path):
    with terminal("--record", str(tmp_path / "out.mid"), "--journal", str(tmp_path)) as shown:
        shown.read_until("playing")
        while not list_journals(tmp_path):
            shown.read_until("▄")  # the roll draws on; a journal begins with the first note
        shown.press(" ")
        shown.read_until("stopped")
        shown.press("ü")  # no key of segue's
        shown.press("S")  # Caps Lock
        shown.read_until("playing")
        shown.press("p")
        shown.press("q")
        shown.read_until("events, late")
        assert shown.process.wait(DEADLINE) == 0
    (journal,) = list_journals(tmp_path)
    sent = [record.message for record in read_journal(journal).records if isinstance(record, Sent)]
    assert bytes([0xB0, 120, 0]) in sent
    messages = [message for message in MidiFile(tmp_path / "out.mid").tracks[1] if not message.is_meta]
    ons = [message.note for message in messages if message.type == "note_on"]
    assert ons == [message.note for message in messages if message.type == "note_off"]


def test_arrows_turn_knobs_and_escape_leaves_the_help():
    with terminal() as shown:
        shown.read_until("playing")
        shown.press("?")
        shown.read_until("start again, from the seed")
        shown.press("\x1b")
        shown.read_until("temperature")
        shown.press("\x1b[C")
        shown.read_until("temperature   0.05")  # the alphabet's own is 0, and a knob's step 0.05
        shown.press("\x1b[D")
        shown.read_until("temperature   0.00")
        shown.press("q")
        assert shown.process.wait(DEADLINE) == 0


@pytest.mark.parametrize("trap", ["\x1a", "\x1c", "\x13"], ids=["suspend", "quit", "flow control"])
def test_a_slip_on_the_control_key_does_nothing(trap):
    with terminal() as shown:
        shown.read_until("beat 2")
        shown.press(trap)
        shown.read_until("beat 4")
        shown.press("\x03")
        assert shown.process.wait(DEADLINE) == 0


def test_closing_the_terminal_ends_in_order(tmp_path):
    with terminal("--record", str(tmp_path / "out.mid"), "--gate", "4") as shown:
        shown.read_until("beat 3")
        shown.close()
        assert shown.process.wait(DEADLINE) == 128 + signal.SIGHUP
    messages = [message for message in MidiFile(tmp_path / "out.mid").tracks[1] if not message.is_meta]
    ons = sorted(message.note for message in messages if message.type == "note_on")
    assert ons == sorted(message.note for message in messages if message.type == "note_off")


def test_a_start_that_fails_keeps_the_recording_that_is_there(tmp_path):
    (tmp_path / "out.mid").write_bytes(b"last night")
    with terminal("--record", str(tmp_path / "out.mid"), "--output", "nosuch") as shown:
        shown.read_until("segue: ")
        assert shown.process.wait(DEADLINE) == 1
    assert (tmp_path / "out.mid").read_bytes() == b"last night"


def test_a_terminal_of_another_session_is_not_ours(monkeypatch):
    master, slave = pty.openpty()
    with os.fdopen(master), os.fdopen(slave) as stdin:
        assert stdin.isatty()
        monkeypatch.setattr(sys, "stdin", stdin)
        assert not can_read_keys()


def test_waiting_for_a_keyboard_that_cannot_be_is_refused():
    with terminal("--wait") as shown:
        shown.read_until("--wait needs a MIDI input, but none could be opened")
        assert shown.process.wait(DEADLINE) == 1
