"""A recording as MusicXML, for MuseScore and every other notation program."""

from collections.abc import Callable
from pathlib import Path

from presets.recording import Recording


def write_musicxml(recording: Recording, path: Path, *, progress: Callable[[float], None]) -> None:
    """Write the sheet music of a recording as MusicXML; the file appears whole or not at all.

    Args:
        recording: at least one note.
        path: of the file; an existing one gives way.
        progress: is told how much is done, rising from 0 to 1.

    Raises:
        SegueError: if there is nothing to write, or the file cannot be written.
    """
    raise NotImplementedError
