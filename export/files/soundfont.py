"""Find and read the SoundFont for audio."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from presets.errors import SegueError

CARRIER, CARRIED = "pretty_midi", "TimGM6mb.sf2"
"""The package of the extra `render` that includes a small SoundFont of all General MIDI instruments."""

FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "~/.local/share/soundfonts",
    "~/Library/Audio/Sounds/Banks",
)
"""The folders for SoundFonts on Debian, Fedora, Arch and macOS; segue uses the first one that has any."""

USUAL = ("default.sf2", "default-GM.sf2", "FluidR3_GM.sf2")
"""Preferred names in a folder."""


class SoundFontError(SegueError):
    """There is no SoundFont, or a file is not a playable SoundFont."""


def find_soundfont() -> Path:
    """Return the default SoundFont: the one that comes with `CARRIER`, or one of the system's.

    Raises:
        SoundFontError: if there is no SoundFont.
    """
    for path in _candidates():
        if path.is_file():
            return path
    raise SoundFontError(
        f"audio needs a SoundFont, and neither the package {CARRIER} nor this system has one: "
        "name one with --soundfont FILE, or pip install '.[render]' in segue's own folder"
    )


def read_soundfont(path: Path) -> bytes:
    """Return the bytes of a SoundFont, after a short check; the renderer finds any other errors.

    Args:
        path: a file in the SoundFont 2 format, not compressed (`.sf2`).

    Raises:
        SoundFontError: if the file cannot be read, is incomplete, or is not a SoundFont.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SoundFontError(f"cannot read the SoundFont {path.as_posix()!r}: {error.strerror}") from error
    # SoundFont 2.04, section 4.1: a RIFF file of the form `sfbk`, with its length in the header.
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise SoundFontError(f"a SoundFont must be a .sf2 file, and {path.as_posix()!r} is not one")
    if (length := 8 + int.from_bytes(data[4:8], "little")) > len(data):
        raise SoundFontError(
            f"the SoundFont {path.as_posix()!r} is incomplete, it has {len(data)} of {length} bytes: "
            "copy or download it again"
        )
    return data


def _candidates() -> Iterator[Path]:
    # Find the package without importing it: only its file is needed.
    carrier = find_spec(CARRIER)
    if carrier is not None and carrier.origin is not None:
        yield Path(carrier.origin).with_name(CARRIED)
    for folder in map(Path, map(os.path.expanduser, FOLDERS)):
        yield from (folder / name for name in USUAL)
        yield from sorted(folder.glob("*.sf2"))
