"""Write a recording as a WAV file."""

import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from export.files.instruments import BLOCK, RATE, VOLUME, Instrument, instruments
from export.files.soundfont import find_soundfont, read_soundfont
from export.files.stretches import Stretch, stretches
from export.files.synthesizer import USUAL, Sound, Synthesizer
from presets.atomic import replacing
from presets.errors import SegueError
from presets.sets.channel_message import CONTROL_CHANGE
from presets.sets.recording import Recording

PEAK = 10 ** (-1 / 20)
"""The loudest sample of a file: 1 dB below full scale, because audio players need headroom to convert it."""

MOST_GAIN = 10 ** (40 / 20)
"""Maximum gain, 40 dB: more would turn very soft music into noise."""

FADE = RATE
"""Frames of the fade-out at the end of a stretch, in case it has not died away by then."""

PIECE = 30 * RATE
"""Maximum number of frames to process at once."""

FRAME = np.dtype("<i2").itemsize * 2
LARGEST = (2**32 - 100) // FRAME
"""Maximum number of frames in a WAV file: it counts its bytes in 32 bits."""

PLAYING = 0.95
"""Share of the work that is done once the synthesizer has played everything."""


class WavError(SegueError):
    """A WAV file cannot be written."""


def write_wav(
    recording: Recording, path: Path, *, soundfont: Path | None, progress: Callable[[float], None]
) -> None:
    """Play a recording with a SoundFont into a WAV file: 48 kHz, 16 bits, stereo.

    The last note rings out, the loudest sample is 1 dB below full scale, and the file appears complete or not
    at all. Only some minutes of the recording are in memory at a time, however long it is. While writing, the
    folder needs three times the space of the file.

    Args:
        recording: a recording with at least one note outside the count-in.
        path: the WAV file; an existing one is overwritten.
        soundfont: the SoundFont; None for the default (`find_soundfont`).
        progress: called with the share of the work that is done, 0..1.

    Raises:
        SoundFontError: if there is no SoundFont, or it cannot be played.
        WavError: if there are no such notes, the music is too long for a WAV file, or writing fails.
    """
    ensemble = instruments(recording)
    if not ensemble:
        raise WavError(f"cannot write audio: {recording.name!r} has no notes besides the count-in")
    parts = list(stretches(ensemble))
    if (longest := (parts[-1].begin + parts[-1].length) * BLOCK) > LARGEST:
        raise WavError(
            f"a WAV file holds at most {LARGEST / RATE / 3600:.1f} hours, got {longest / RATE / 3600:.1f} "
            "hours of music: write a MIDI file instead"
        )
    font = find_soundfont() if soundfont is None else soundfont
    synthesizer = Synthesizer(read_soundfont(font), font.as_posix(), _loudest(ensemble))
    end = max(note.end for instrument in ensemble for note in instrument.notes) * BLOCK
    try:
        with TemporaryFile(dir=path.parent) as scratch, replacing(path) as file:
            peak, frames = _keep(scratch, mix(_played(synthesizer, parts, progress)))
            scratch.seek(0)
            _write(file, scratch, max(end, frames), min(PEAK / peak, MOST_GAIN) if peak else 0.0)
    except OSError as error:
        raise WavError(f"cannot write the audio {path.as_posix()!r}: {error.strerror}") from error
    progress(1.0)


def mix(sounds: Iterable[tuple[int, Sound]]) -> Iterator[Sound]:
    """Add up overlapping sounds, and yield the sum piece by piece from the beginning, without gaps.

    Args:
        sounds: the first frame of each sound, and the sound; in the order of the first frames.
    """
    at = 0
    ringing: Sound = np.zeros((0, 2), np.float32)
    for begin, sound in sounds:
        while at < begin:
            piece: Sound = np.zeros((min(begin - at, PIECE), 2), np.float32)
            done = ringing[: len(piece)]
            piece[: len(done)] = done
            ringing = ringing[len(done) :]
            at += len(piece)
            yield piece
        longer, shorter = sorted((ringing, sound), key=len, reverse=True)
        longer[: len(shorter)] += shorter
        ringing = longer
    yield ringing


def _played(
    synthesizer: Synthesizer, parts: Sequence[Stretch], progress: Callable[[float], None]
) -> Iterator[tuple[int, Sound]]:
    for number, part in enumerate(parts):
        sound = sum(
            (synthesizer.play(cues, part.length) for cues in part.cues[1:]),
            start=synthesizer.play(part.cues[0], part.length),
        )
        sound[-FADE:] *= np.linspace(1, 0, FADE, dtype=np.float32)[:, np.newaxis]
        yield part.begin * BLOCK, sound
        progress(PLAYING * (number + 1) / len(parts))


def _loudest(ensemble: Sequence[Instrument]) -> int:
    """Return the highest volume that any channel is set to."""
    return max(
        (
            message[2]
            for instrument in ensemble
            for _, message in instrument.controls
            if message[0] & 0xF0 == CONTROL_CHANGE and message[1] == VOLUME
        ),
        default=USUAL,
    )


def _keep(scratch: IO[bytes], pieces: Iterable[Sound]) -> tuple[float, int]:
    """Store sound in a temporary file, and measure its loudness.

    Returns:
        The loudest sample, and the number of frames up to the last one that is not silent.
    """
    peak, frames, sounding = 0.0, 0, 0
    for piece in pieces:
        scratch.write(piece.tobytes())
        sizes = np.abs(piece).max(axis=1, initial=0.0)
        peak = max(peak, float(sizes.max(initial=0.0)))
        if (heard := np.flatnonzero(sizes)).size:
            sounding = frames + int(heard[-1]) + 1
        frames += len(piece)
    return peak, sounding


def _write(path: Path, scratch: IO[bytes], frames: int, gain: float) -> None:
    """Write this many frames of the stored sound as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(FRAME // 2)
        file.setframerate(RATE)
        while frames > 0:
            here = min(frames, PIECE)
            sound = np.frombuffer(scratch.read(here * 2 * np.dtype(np.float32).itemsize), np.float32)
            file.writeframesraw(np.rint(sound * np.float32(gain * 32767)).astype("<i2").tobytes())
            frames -= here
