"""Whether a performance can be heard: fluidsynth plays segue's port, and its sound is recorded and measured.

On a JACK server of their own segue plays eighths at 120 bpm, fluidsynth sounds them with a piano, jack_rec
records the sound as WAV. An onset is a sudden rise of the level; each step must have one within 40 ms. Where
the steps are, a listener says that gets the note-ons beside fluidsynth, in JACK's frames, counted from the
first: when the machine stalls, so do the frames. A control recording, while segue plays but is not connected
with fluidsynth, must be silent. Exit code 1 if it is not, or if a step has no onset.

Needs the Debian packages jackd2, fluidsynth and timgm6mb-soundfont, and JACK-Client (the extra `jack`).
"""

import argparse
import subprocess
import sys
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from live.benchmarks.processes import running
from tests.jack.jack_peer import JackPeer
from tests.jack.jack_server import RATE
from tests.measurements.figures import report
from tests.measurements.performance import (
    STEP_SECONDS,
    Patchbay,
    as_note,
    jack_server,
    last_words,
    note_ons,
    running_segue,
)

Sound = NDArray[np.float64]
"""Mono, -1..1, shape (frames,)."""

PERIOD = 256

CONTROL_SECONDS = 3

MARGIN_SECONDS = 8
"""How much longer than the music is recorded: segue needs time to start, and a note to fade."""

NEAR_SECONDS = 0.040
"""How near its step an onset must be."""

SILENCE = 1e-4
"""Amplitude below which there is no sound, -80 dB."""

HOP = RATE // 200
"""Frames between two measurements of the level."""

RISE_DECIBELS = 6.0
"""How much louder it gets at an onset, within `RISE_HOPS`."""

RISE_HOPS = 4


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--preset", default="chopin-classic", help="name or folder")
    parser.add_argument("--seconds", type=int, default=20, help="how long segue plays")
    parser.add_argument("--gate", type=float, default=0.5, help="how much of its step a note sounds")
    parser.add_argument("--wav", type=Path, metavar="FILE", help="keep the recording")
    parser.add_argument(
        "--soundfont", type=Path, default=Path("/usr/share/sounds/sf2/TimGM6mb.sf2"), metavar="FILE.sf2"
    )
    arguments = parser.parse_args(argv)
    with TemporaryDirectory() as folder, jack_server(PERIOD):
        wav = arguments.wav or Path(folder) / "heard.wav"
        control, _, _ = _record(arguments, Path(folder) / "control.wav", CONTROL_SECONDS, connected=False)
        sound, steps, words = _record(arguments, wav, arguments.seconds, connected=True)
    figures = _measure(sound, steps, round(arguments.seconds / STEP_SECONDS))
    report({**figures, "control, rms": _rms(control), "segue says": words})
    is_heard = figures["steps with an onset"] == figures["steps expected"]
    return 0 if is_heard and not np.any(abs(control) > SILENCE) else 1


def _record(
    arguments: argparse.Namespace, wav: Path, seconds: float, *, connected: bool
) -> tuple[Sound, list[int], str]:
    """Let segue play while the synthesizer's sound is recorded.

    Returns:
        The sound; the frames of the note-ons, each once, counted from the first; segue's summary.
    """
    recorder = ["jack_rec", "-f", str(wav), "-d", str(round(seconds) + MARGIN_SECONDS), "-b", "16"]
    recorder += ["fs:left", "fs:right"]
    with Patchbay() as patchbay, JackPeer() as peer, _synthesizer(arguments.soundfont):
        patchbay.wait_for("fs:midi_00", "fs:left", "fs:right")
        with running(recorder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as recording:
            patchbay.wait_for("jackrec:input2")
            with running_segue(arguments.preset, seconds, "--gate", str(arguments.gate)) as segue:
                if connected:
                    patchbay.connect("segue:out", "fs:midi_00")
                patchbay.connect("segue:out", peer.ear)
                words = last_words(segue, seconds)
            if recording.wait(seconds + 4 * MARGIN_SECONDS) != 0:
                raise RuntimeError("jack_rec could not keep up with JACK: repeat")
        heard = [as_note(frame, data) for frame, data in peer.heard]
    frames = sorted({int(on.at) for on in note_ons([note for note in heard if note is not None])})
    if not frames:
        raise RuntimeError(f"no note came from segue: {words}")
    return _read(wav), [frame - frames[0] for frame in frames], words


@contextmanager
def _synthesizer(soundfont: Path) -> Iterator[None]:
    """Run fluidsynth as `fs` on JACK."""
    command: list[str | Path] = ["fluidsynth", "-a", "jack", "-m", "jack", "-i", "-s", "-q"]
    for option in ("midi.jack.id=fs", f"synth.sample-rate={RATE}", "synth.gain=1.0"):
        command += ["-o", option]
    with running([*command, soundfont], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        yield


def _read(path: Path) -> Sound:
    with wave.open(str(path)) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        sound: Sound = data.reshape(-1, file.getnchannels()).mean(axis=1) / 32768
        return sound


def _measure(sound: Sound, steps: Sequence[int], expected: int) -> dict[str, Any]:
    """Return the figures of a recording; `steps` are frames counted from the first note-on."""
    loud = np.flatnonzero(abs(sound) > SILENCE)
    onsets = _onsets(sound)
    first = int(loud[0]) if len(loud) else 0
    distances = _distances([onset - first for onset in onsets], steps)
    elsewhere = _distances([onset - first - round(STEP_SECONDS / 2 * RATE) for onset in onsets], steps)
    found = sum(distance <= NEAR_SECONDS for distance in distances)
    return {
        "rms": _rms(sound),
        "peak": round(float(abs(sound).max()), 4),
        "steps expected": expected,
        "steps with a note-on": len(steps),
        "steps with an onset": found,
        "share": round(found / expected, 4),
        "onsets": len(onsets),
        "farthest onset from its step, ms": round(max(distances) * 1e3, 1),
        "share, were the steps half a step later": round(
            sum(distance <= NEAR_SECONDS for distance in elsewhere) / expected, 4
        ),
    }


def _distances(onsets: Sequence[int], steps: Sequence[int]) -> list[float]:
    """Return how far the nearest onset is from each step, in seconds; both are given in frames."""
    return [min((abs(onset - step) for onset in onsets), default=RATE) / RATE for step in steps]


def _onsets(sound: Sound) -> list[int]:
    """Return the frames where it suddenly gets louder."""
    # The difference of neighbours lifts the attack, which is brighter than the note that still sounds.
    bright = np.diff(sound, prepend=0.0)
    hops = bright[: len(bright) // HOP * HOP].reshape(-1, HOP)
    level = 10 * np.log10((hops**2).mean(axis=1) + SILENCE**2)
    rise = np.zeros_like(level)
    rise[RISE_HOPS:] = level[RISE_HOPS:] - level[:-RISE_HOPS]
    onsets: list[int] = []
    for hop in np.flatnonzero(rise > RISE_DECIBELS):
        # One onset rises during some hops; the first of them is it.
        if not onsets or (hop * HOP - onsets[-1]) > NEAR_SECONDS * RATE:
            onsets.append(int(hop) * HOP)
    return onsets


def _rms(sound: Sound) -> float:
    return round(float(np.sqrt((sound**2).mean())), 6)


if __name__ == "__main__":
    sys.exit(main())
