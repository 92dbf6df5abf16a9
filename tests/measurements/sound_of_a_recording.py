"""What `segue render` makes of music: whether audio is as long as its MIDI file, and sounds where that says.

Renders presets, over tempo changes, into a MIDI file and two WAV files: with the SoundFont that plays if none
is named, and with one whose notes are all clicks, so that an onset can be told to the frame. The MIDI file is
read by mido, which has a tempo map of its own.
"""

import argparse
import sys
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mido import MidiFile
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from export import render
from tests.export.files.tiny_soundfont import tiny_soundfont
from tests.measurements.figures import report, summarize

PRESETS = ("chopin-classic", "chopin", "bach", "folk", "pop")

TEMPO_CHANGES = ("--tempo-change", "9:150", "--tempo-change", "17-25:70")

TOGETHER_S = 0.03
"""Onsets so close are heard, and found, as one (Bello et al. 2005, "A Tutorial on Onset Detection")."""

TOLERANCE_S = 0.05
"""By how much an onset that is found may be off its note, as in MIREX."""

HOP, WINDOW, LAG = 64, 1024, 8
"""Frames from one spectrum to the next, frames of a spectrum, and spectra between two that are compared."""

NEAR_S = 0.005
"""How far from its note a click is looked for: what is half as loud as the loudest there, is it."""

Signal = NDArray[np.float64]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", default=PRESETS, metavar="PRESET")
    parser.add_argument("--events", default="500")
    arguments = parser.parse_args(argv)
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        soundfont = Path(folder) / "clicks.sf2"
        soundfont.write_bytes(tiny_soundfont())
        for preset in arguments.presets:
            given = [preset, "--events", arguments.events, *TEMPO_CHANGES]
            music, sound = Path(folder) / f"{preset}.mid", Path(folder) / f"{preset}.wav"
            _render(music, sound, given)
            found = _measure(music, sound)
            _render(music, sound, [*given, "--soundfont", str(soundfont)])
            figures[preset] = found | {"each note a click": _measure_clicks(music, sound)}
    report(figures)
    return 0


def _render(music: Path, sound: Path, given: Sequence[str]) -> None:
    parser = argparse.ArgumentParser()
    render.add_arguments(parser)
    render.run(parser.parse_args(["--rng-seed", "1", "-o", str(music), "--wav", str(sound), *given]))


def _measure(music: Path, sound: Path) -> dict[str, Any]:
    onsets, end = _read_midi(music)
    signal, rate = _read_wav(sound)
    heard = apart(onsets, TOGETHER_S)
    found = peaks_of(spectral_flux(signal), rate)
    nearest = heard[np.abs(heard[:, np.newaxis] - found).argmin(axis=0)]
    off = found - nearest
    is_right = np.abs(off) <= TOLERANCE_S
    missed = np.abs(found - heard[:, np.newaxis]).min(axis=1) > TOLERANCE_S
    off = off[is_right]
    return {
        "music, s": round(end, 3),
        "tail, s": round(len(signal) / rate - end, 3),
        "loudest sample, dBFS": round(20 * np.log10(np.abs(signal).max()), 2),
        "loudness, dBFS (RMS)": round(20 * np.log10(np.sqrt(np.mean(signal**2))), 1),
        "samples at full scale": int((np.abs(signal) >= 32767 / 32768).sum()),
        "silent seconds": int(sum(not second.any() for second in np.array_split(signal, int(end)))),
        "onsets in the MIDI file": len(heard),
        "onsets found in the sound": len(found),
        "found, % of the MIDI file's": round(100 * (1 - missed.mean()), 1),
        "right, % of those found": round(100 * is_right.mean(), 1),
        "later than the MIDI file by, ms (median)": round(float(np.median(off)) * 1e3, 2),
        "off from that, ms": summarize(np.abs(off - np.median(off)).tolist()),
    }


def _measure_clicks(music: Path, sound: Path) -> dict[str, Any]:
    onsets, _ = _read_midi(music)
    signal, rate = _read_wav(sound)
    heard = apart(onsets, NEAR_S)
    near = round(NEAR_S * rate)
    padded = np.abs(np.pad(signal, near))
    off = []
    for onset in heard:
        first = round(onset * rate)
        around = padded[first : first + 2 * near]
        off.append((first + int((around > around.max() / 2).argmax()) - near) / rate - onset)
    return {"onsets in the MIDI file": len(heard), "off, ms": summarize(np.abs(off).tolist())}


def _read_midi(path: Path) -> tuple[Signal, float]:
    """Return the moments of all note-ons, and of the last note-off, in seconds."""
    now, onsets, end = 0.0, [], 0.0
    for message in MidiFile(path):
        now += message.time
        if message.type == "note_on" and message.velocity:
            onsets.append(now)
        elif message.type in ("note_on", "note_off"):
            end = now
    return np.array(onsets), end


def _read_wav(path: Path) -> tuple[Signal, int]:
    """Return both channels as one, -1..1, and frames a second."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
        return samples.mean(axis=1) / 32768, file.getframerate()


def apart(moments: Signal, seconds: float) -> Signal:
    """Return the moments that none precedes so closely."""
    moments = np.sort(moments)
    return moments[np.diff(moments, prepend=-np.inf) > seconds]


def spectral_flux(signal: Signal) -> Signal:
    """Return how much the spectrum grows around each HOP frames, after Bello et al. 2005."""
    # The growth lies in the middle between the two spectra that are compared.
    frames = sliding_window_view(np.pad(signal, (WINDOW + LAG * HOP) // 2), WINDOW)[::HOP]
    window = np.hanning(WINDOW)
    flux = []
    piece = 4096
    for begin in range(0, len(frames) - LAG, piece):
        spectra = np.log1p(100 * np.abs(np.fft.rfft(frames[begin : begin + piece + LAG] * window, axis=1)))
        flux.append(np.maximum(spectra[LAG:] - spectra[:-LAG], 0).sum(axis=1))
    return np.concatenate(flux)


def peaks_of(flux: Signal, rate: int) -> Signal:
    """Return the moments at which the spectrum grows most, and more than around them, after Dixon 2006."""
    near, wide = round(TOGETHER_S * rate / HOP), round(0.1 * rate / HOP)
    peaks = sliding_window_view(np.pad(flux, near), 2 * near + 1).max(axis=1)
    mean = np.convolve(flux, np.full(2 * wide + 1, 1 / (2 * wide + 1)), "same")
    return np.flatnonzero((flux == peaks) & (flux > 1.4 * mean + 0.02 * flux.max())) * HOP / rate


if __name__ == "__main__":
    sys.exit(main())
