"""How much memory a process needs with no preset, with one, and with all of them."""

import subprocess

from live.benchmarks.loaded import loaded_command
from live.benchmarks.processes import finish, running
from live.benchmarks.setting import Measured, Row, Setting
from presets.bundles.library import preset_folders

PRESET = "chopin"
LOADING_SECONDS = 60.0
MEGABYTE = 1e6


def measure(setting: Setting) -> Measured:
    """Load them in separate processes.

    Raises:
        NotMeasuredError: if a preset does not load.
    """
    one, every = setting.preset or PRESET, list(preset_folders())
    rows = []
    for what, names in (("no preset", []), (one, [one]), (f"all {len(every)} presets", every)):
        setting.say(f"memory: {what}")
        rows.append(Row(what, "MB", {"resident": _resident(names) / MEGABYTE}))
    return Measured(tuple(rows), ("every preset is ready to play, and has predicted a few events",))


def _resident(names: list[str]) -> int:
    """Return the bytes that a process has in memory with these presets loaded."""
    with running(
        loaded_command(names), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        return int(finish(process, LOADING_SECONDS))
