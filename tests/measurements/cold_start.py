"""From the start of `segue play` to its first note-on, against the bare import of onnxruntime and rtmidi.

Both are started in turn, five times each, in the same run, on a JACK server of its own.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.jack.jack_peer import JackPeer
from tests.jack.jack_server import JackServer
from tests.measurements.figures import report, summarize

NOTE_ON = 0x90


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="chopin-classic")
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args(argv)
    server = JackServer(period=256)
    os.environ.update(JACK_DEFAULT_SERVER=server.name, JACK_NO_START_SERVER="1")
    server.start()
    try:
        with JackPeer() as peer:
            starts, imports = [], []
            for _ in range(arguments.times):
                imports.append(_bare_import())
                starts.append(_first_note(peer, arguments.preset))
    finally:
        server.stop()
    report(
        {
            "first note-on, ms": summarize(starts, digits=0),
            "bare import, ms": summarize(imports, digits=0),
            "ratio of medians": round(
                sorted(starts)[len(starts) // 2] / sorted(imports)[len(imports) // 2], 2
            ),
        }
    )
    return 0


def _bare_import() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import onnxruntime, rtmidi"], check=True)
    return time.monotonic() - began


def _first_note(peer: JackPeer, preset: str) -> float:
    """Seconds from the start of the process to its first note-on at a listener."""
    heard = len(peer.heard)
    began = time.monotonic()
    segue = Path(sys.executable).with_name("segue")
    process = subprocess.Popen(
        [segue, "play", preset, "--no-screen", "--bars", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        peer.wait_for_port("segue:out")
        peer.listen_to("segue:out")
        peer.wait_for(heard + 1)
        at = time.monotonic()
        assert peer.heard[heard][1][0] & 0xF0 == NOTE_ON
        return at - began
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
