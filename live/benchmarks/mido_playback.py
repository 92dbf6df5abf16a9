"""Plays a file with mido: `python -m live.benchmarks.mido_playback FILE PORT SYSTEM`."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import mido

from live.benchmarks.processes import end_in_order, module_command

APIS = {
    "JACK": "UNIX_JACK",
    "ALSA": "LINUX_ALSA",
    "CoreMIDI": "MACOSX_CORE",
    "Windows MM": "WINDOWS_MM",
}
"""mido's name for each MIDI system, by segue's label."""

SETTLING_SECONDS = 0.5
"""A connection takes a period or two, and so does the last note."""


def mido_playback_command(recording: Path, port: str, label: str) -> list[str]:
    """Return the command that plays a recording into a port; `label` is the MIDI system's."""
    return module_command(__name__, str(recording), port, APIS.get(label.split()[0], label))


def main(argv: Sequence[str] | None = None) -> int:
    """Play the file, and end every note even if the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording", type=Path)
    parser.add_argument("port")
    parser.add_argument("api")
    arguments = parser.parse_args(argv)
    with mido.Backend(f"mido.backends.rtmidi/{arguments.api}").open_output(arguments.port) as output:
        time.sleep(SETTLING_SECONDS)
        try:
            for message in mido.MidiFile(arguments.recording).play():
                output.send(message)
        finally:
            output.reset()
            time.sleep(SETTLING_SECONDS)
    return 0


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
