"""How late notes come: segue compared with `mido.MidiFile.play`, which plays segue's own recording.

One plays after the other on the same MIDI system, and the same process listens to both. The recording says
when each note is due.
"""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from live.benchmarks.listener import Capture, listening
from live.benchmarks.mido_playback import mido_playback_command
from live.benchmarks.onsets import Onset, drift, late_after
from live.benchmarks.performing import play_preset, read_onsets
from live.benchmarks.processes import finish, running
from live.benchmarks.setting import Measured, Row, Setting
from live.benchmarks.statistics import MILLISECONDS, spread
from live.midi.system import BACKENDS

PRESET = "chopin"
SECONDS = 60.0

RTMIDI_ON_JACK = "jack-rtmidi"
"""The backend that sends as mido does."""


def measure(setting: Setting) -> Measured:
    """Let each play the same notes.

    Raises:
        NotMeasuredError: if nothing can listen, or a program fails.
    """
    preset, seconds = setting.preset or PRESET, setting.seconds or SECONDS
    rows: list[Row] = []
    with listening(setting) as listener, TemporaryDirectory() as folder:
        recording = Path(folder) / "sent.mid"
        # The same random seed, so the same notes every time.
        options = ["--rng-seed", "1", "--output", listener.port, "--record", str(recording)]
        backends = [setting.backend]
        if listener.label == "JACK" and setting.backend is None and RTMIDI_ON_JACK in BACKENDS:
            backends.append(RTMIDI_ON_JACK)
        for backend in backends:
            program = f"segue, {backend}" if backend else "segue"
            setting.say(f"peer: {program} plays for {seconds:g} s")
            play_preset(preset, seconds, *options, *(["--backend", backend] if backend else []))
            rows += compare(program, listener.take(), read_onsets(recording))
        setting.say(f"peer: mido plays for {seconds:g} s")
        command = mido_playback_command(recording, listener.port, listener.label)
        with running(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as mido:
            finish(mido, seconds)
        rows += compare("mido", listener.take(), read_onsets(recording))
    return Measured(
        tuple(rows), (f"on {listener.label}; drift: how much later the last note was than the first",)
    )


def compare(program: str, heard: Capture, due: Sequence[Onset]) -> Iterator[Row]:
    """Yield how late a program was, and how many of its notes arrived and ended."""
    late = late_after(heard.onsets, due)
    yield Row(
        program,
        "ms",
        {
            **spread(late),
            "drift": drift(heard.onsets, due) * MILLISECONDS,
            "notes": len(late),
            "missed": len(due) - len(late),
            "hanging": heard.sounding,
        },
    )
