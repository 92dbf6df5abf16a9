"""A recording as sound."""

from collections.abc import Callable
from pathlib import Path

from presets.recording import Recording


def write_wav(
    recording: Recording, path: Path, *, soundfont: Path | None, progress: Callable[[float], None]
) -> None:
    """Play a recording with a SoundFont into a WAV file; the file appears whole or not at all.

    Args:
        recording: with at least one note.
        path: of the WAV file; an existing one gives way.
        soundfont: of these instruments; None for those that are there (`find_soundfont`).
        progress: told how much is done, 0..1.

    Raises:
        SegueError: if there is no note, no SoundFont or no renderer, or the file cannot be written.
    """
    raise NotImplementedError
