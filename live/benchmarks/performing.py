"""Runs `segue play` in its own process, as a user starts it."""

import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from mido import MidiFile

from live.benchmarks.onsets import Onset
from live.benchmarks.processes import finish, running, segue_command
from live.benchmarks.terminal import terminal_environment, unseen_terminal

BPM = 120


def play_preset(preset: str, seconds: float, *options: str, screen: bool = False) -> None:
    """Let segue play this many seconds of music at 120 bpm; return when it has ended.

    Raises:
        NotMeasuredError: if segue fails.
    """
    with ExitStack() as stack:
        # A journal costs the same as on stage, but a benchmark must not become one of the user's sets.
        journals = stack.enter_context(TemporaryDirectory(prefix="segue-bench-"))
        length = ("--bpm", str(BPM), "--seconds", str(seconds))
        command = segue_command("play", preset, *length, "--journal", journals, *options)
        stdout = stack.enter_context(unseen_terminal()) if screen else subprocess.DEVNULL
        process = stack.enter_context(
            running(
                command if screen else [*command, "--no-screen"],
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=subprocess.PIPE,
                env=terminal_environment(),
            )
        )
        finish(process, seconds)


def read_onsets(path: Path) -> Sequence[Onset]:
    """Return the note-ons of a recording in order, in seconds from its beginning."""
    at = 0.0
    onsets = []
    for message in MidiFile(path):
        at += message.time
        if message.type == "note_on" and message.velocity > 0:
            onsets.append(Onset(at, message.channel, message.note))
    return onsets
