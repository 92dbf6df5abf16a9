"""A recording as a picture: time to the right, pitch upwards."""

from collections.abc import Callable
from pathlib import Path

from presets.recording import Recording


def write_piano_roll(recording: Recording, path: Path, *, progress: Callable[[float], None]) -> None:
    """Draw a recording as a PNG; the file appears whole or not at all.

    Args:
        recording: with at least one note.
        path: of the PNG; an existing one gives way.
        progress: told how much is done, 0..1.

    Raises:
        SegueError: if there is no note, or the file cannot be written.
    """
    raise NotImplementedError
