"""How many frames a musician's key takes through segue, compared with a bare JACK client.

Both get the same keys on one JACK server, and one listener hears both. The server is synchronous (`-S`): it
waits for both in each cycle, so a key takes frames only where a program sends it on in a later cycle.
"""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from tempfile import TemporaryDirectory

from live.benchmarks.jack_rig.keys import KEYS_PER_SECOND, Framed, frames_taken
from live.benchmarks.jack_rig.server import own_server
from live.benchmarks.performing import BPM
from live.benchmarks.processes import finish, module_command, running, segue_command
from live.benchmarks.setting import Measured, NotMeasuredError, Row, Setting
from live.benchmarks.statistics import spread
from presets.bundles.library import load_preset

PRESETS = ("chopin", "bach")
SECONDS = 60.0
PERIOD = 256
"""Frames in a process cycle."""


def measure(setting: Setting) -> Measured:
    """Press keys while each preset plays, or the preset that is given.

    Raises:
        SegueError: if a preset does not load, or JACK is not installed.
    """
    seconds = setting.seconds or SECONDS
    rows: list[Row] = []
    for preset in PRESETS if setting.preset is None else (setting.preset,):
        load_preset(preset)
        setting.say(f"thru: {preset} plays for {seconds:g} s")
        rows += _press_keys(preset, seconds, setting)
    return Measured(
        tuple(rows),
        (
            f"on JACK with -S, {PERIOD} frames a period, {KEYS_PER_SECOND} keys a second",
            "at 0: keys that came through on the frame on which they were pressed",
            "bare: a process that sends on in its callback what comes in, and does nothing else",
        ),
    )


def _press_keys(preset: str, seconds: float, setting: Setting) -> Iterator[Row]:
    with ExitStack() as stack:
        server = stack.enter_context(own_server(setting, PERIOD, synchronous=True))
        journals = stack.enter_context(TemporaryDirectory(prefix="segue-bench-"))
        options = ("--thru", "--no-screen", "--backend", "jack", "--bpm", str(BPM), "--journal", journals)
        for command in (
            module_command("live.benchmarks.jack_rig.bare_thru"),
            segue_command("play", preset, *options),
        ):
            nothing = subprocess.DEVNULL
            stack.enter_context(running(command, stdin=nothing, stdout=nothing, stderr=nothing, env=server))
        probe = stack.enter_context(
            running(
                module_command(
                    "live.benchmarks.jack_rig.thru_probe",
                    *("--seconds", str(seconds), "--playing", "segue", "segue", "bare"),
                ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=server,
            )
        )
        keys = json.loads(finish(probe, seconds))
    for program in ("segue", "bare"):
        yield compare(f"{preset}: {program}", keys["sent"], keys["heard"][program])


def compare(what: str, sent: Sequence[Framed], heard: Sequence[Framed]) -> Row:
    """Return how many frames keys took through a program.

    Raises:
        NotMeasuredError: if none came through.
    """
    frames = list(frames_taken(sent, heard))
    if not frames:
        raise NotMeasuredError(f"{what}: no key came through")
    counts = {"keys": len(sent), "at 0": frames.count(0), "missed": len(sent) - len(frames)}
    return Row(what, "frames", {**spread(frames, 1), **counts})
