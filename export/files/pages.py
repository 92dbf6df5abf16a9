"""A recording as pages of sheet music."""

from collections.abc import Callable
from pathlib import Path

from presets.recording import Recording


def write_pages(recording: Recording, path: Path, *, progress: Callable[[float], None]) -> list[Path]:
    """Write the sheet music of a recording as SVG pictures of A4 pages.

    Args:
        recording: at least one note.
        path: of a single page; of several, `F.svg` stands for `F-1.svg`, `F-2.svg` and so on.
        progress: is told how much is done, rising from 0 to 1.

    Returns:
        The files, in the order of the pages.

    Raises:
        SegueError: if there is nothing to write, or a file cannot be written.
    """
    raise NotImplementedError
