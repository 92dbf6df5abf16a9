"""Whether a real DAW gets every note: Ardour records a performance, headless, and the take is compared.

Ardour runs a Lua script without its window: it makes a session with a MIDI track, and records what segue's
port plays on a JACK server of their own. Its take, a MIDI file, is compared with segue's own recording. Exit
code 1 if a note is missing, strange, or in the wrong place of the order. The times are only reported, as
differences in the distance of two notes: when the machine stalls, so do the frames by which Ardour counts.

Needs the Debian packages jackd2 and ardour (tried with 7.3), and JACK-Client (the extra `jack`).
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

from live.benchmarks.processes import running
from tests.jack.jack_server import RATE
from tests.measurements.figures import report, summarize
from tests.measurements.performance import (
    Patchbay,
    Timed,
    jack_server,
    last_words,
    note_ons,
    read_notes,
    running_segue,
    what,
)

PERIOD = 512

STARTS = 4
"""How often to start Ardour at most: one in three starts loses JACK while it makes the session."""

START_SECONDS = 60.0
"""How long a start may take, and the saving at the end."""

TRACK_PORT = "ardour:segue/midi_in 1"

RECORDING = "recording"

SCRIPT = Template("""
io.stdout:setvbuf("line")
AudioEngine:set_backend("JACK", "ardour", "")
local session = create_session("$session", "take", 48000)
if not session then os.exit(1) end

local one_midi_port = ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1)
local tracks = session:new_midi_track(
    one_midi_port, one_midi_port, true, ARDOUR.PluginInfo(), nil, nil, 1, "segue",
    ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
for track in tracks:iter() do
    track:rec_enable_control():set_value(1, PBD.GroupControlDisposition.NoGroup)
end
session:maybe_enable_record(false)
session:request_roll(ARDOUR.TransportRequestSource.TRS_UI)
while not session:actively_recording() or session:transport_sample() == 0 do
    ARDOUR.LuaAPI.usleep(10000)
end
print("$recording")

io.read() -- until whoever started this writes a line

session:request_stop(false, false, ARDOUR.TransportRequestSource.TRS_UI)
while session:transport_rolling() do
    ARDOUR.LuaAPI.usleep(10000)
end
ARDOUR.LuaAPI.usleep(1000000) -- another thread of Ardour's writes the take
session:save_state("", false, false, false, false, false)
close_session()
""")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--preset", default="chopin-classic", help="name or folder")
    parser.add_argument("--seconds", type=int, default=60, help="how long segue plays")
    arguments = parser.parse_args(argv)
    with TemporaryDirectory() as folder, jack_server(PERIOD):
        recording = Path(folder) / "sent.mid"
        take, starts, words = _record(arguments, Path(folder), recording)
        sent = read_notes(recording)
    figures = _compare(take, sent)
    report({**figures, "starts of Ardour": starts, "segue says": words})
    is_whole = (
        figures["same note-ons in the same order"] and figures["note-offs sent"] == figures["note-offs taken"]
    )
    return 0 if is_whole else 1


def _record(arguments: argparse.Namespace, folder: Path, recording: Path) -> tuple[list[Timed], int, str]:
    """Return the notes of Ardour's take, how many starts it needed, and segue's summary."""
    for start in range(1, STARTS + 1):
        home = folder / f"start-{start}"
        home.mkdir()
        with _ardour(home) as ardour:
            if not _is_recording(ardour):
                continue
            with (
                Patchbay() as patchbay,
                running_segue(arguments.preset, arguments.seconds, "--record", recording) as segue,
            ):
                patchbay.connect("segue:out", TRACK_PORT)
                words = last_words(segue, arguments.seconds)
            ardour.communicate("stop\n", timeout=START_SECONDS)
            if ardour.returncode != 0:
                raise RuntimeError("Ardour lost JACK while it recorded: repeat")
        return _read_take(home), start, words
    raise RuntimeError(f"Ardour did not come to record in {STARTS} starts")


@contextmanager
def _ardour(home: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start Ardour with a folder for all that it writes."""
    script = home / "record.lua"
    script.write_text(SCRIPT.substitute(session=home / "session", recording=RECORDING))
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    # -X: end if JACK is lost.
    with running(
        ["ardour7-lua", "-X", script],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield process


def _is_recording(ardour: "subprocess.Popen[str]") -> bool:
    """Wait until Ardour records; False if it ended before, or took too long."""
    assert ardour.stdout is not None
    too_long = Timer(START_SECONDS, ardour.kill)
    too_long.start()
    try:
        return any(line.strip() == RECORDING for line in ardour.stdout)
    finally:
        too_long.cancel()


def _read_take(home: Path) -> list[Timed]:
    takes = [read_notes(path) for path in sorted(home.glob("session/interchange/*/midifiles/*.mid"))]
    if len(takes) != 1:
        raise RuntimeError(f"one take expected, Ardour wrote {len(takes)}")
    return takes[0]


def _compare(take: Sequence[Timed], sent: Sequence[Timed]) -> dict[str, Any]:
    taken_ons, sent_ons = note_ons(take), note_ons(sent)
    is_same = what(taken_ons) == what(sent_ons)
    figures = {
        "note-ons sent": len(sent_ons),
        "note-ons taken": len(taken_ons),
        "note-offs sent": len(sent) - len(sent_ons),
        "note-offs taken": len(take) - len(taken_ons),
        "same note-ons in the same order": is_same,
    }
    return {**figures, **_compare_times(taken_ons, sent_ons)} if is_same and len(sent_ons) > 1 else figures


def _compare_times(taken: Sequence[Timed], sent: Sequence[Timed]) -> dict[str, Any]:
    """Compare the distance of each note from the one before it, and of the last from the first."""
    ours = [later.at - note.at for note, later in pairwise(sent)]
    theirs = [later.at - note.at for note, later in pairwise(taken)]
    differences = [abs(a - b) for a, b in zip(ours, theirs, strict=True)]
    return {
        "distance from the note before, difference in ms": summarize(differences),
        "notes within a period of it": sum(seconds <= PERIOD / RATE for seconds in differences) + 1,
        "distance of the last from the first, difference in ms": round((sum(theirs) - sum(ours)) * 1e3, 1),
        "a period is, ms": round(PERIOD / RATE * 1e3, 2),
    }


if __name__ == "__main__":
    sys.exit(main())
