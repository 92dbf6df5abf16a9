"""Which SoundFont a recording sounds with."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from presets.errors import SegueError

CARRIER, CARRIED = "pretty_midi", "TimGM6mb.sf2"
"""The package of the extra `render` that carries a small SoundFont of all General MIDI instruments."""

FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "~/.local/share/soundfonts",
    "~/Library/Audio/Sounds/Banks",
)
"""Where Debian, Fedora, Arch and macOS keep SoundFonts; the first folder that has one counts."""

USUAL = ("default.sf2", "default-GM.sf2", "FluidR3_GM.sf2")
"""Names that are preferred in a folder."""


class SoundFontError(SegueError):
    """There is no SoundFont, or a file is none that can be played."""


def find_soundfont() -> Path:
    """Return the SoundFont that plays if none is named: the carried one, else one of the system's.

    Raises:
        SoundFontError: if there is none.
    """
    for path in _candidates():
        if path.is_file():
            return path
    raise SoundFontError(
        f"audio needs a SoundFont, and neither {CARRIER} nor this system has one: "
        "name one with --soundfont FILE, or pip install '.[render]' in segue's own folder"
    )


def read_soundfont(path: Path) -> bytes:
    """Return the bytes of a SoundFont; whether all of it can be played, the renderer finds out.

    Args:
        path: of a file in the format SoundFont 2, not compressed (`.sf2`).

    Raises:
        SoundFontError: if it cannot be read, or is no such file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SoundFontError(f"cannot read the SoundFont {path.as_posix()!r}: {error.strerror}") from error
    # SoundFont 2.04, section 4.1: a RIFF file of the form `sfbk`, which says its length.
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise SoundFontError(f"a SoundFont must be a .sf2 file, got {path.as_posix()!r}, which is none")
    if (length := 8 + int.from_bytes(data[4:8], "little")) > len(data):
        raise SoundFontError(
            f"a SoundFont must be whole, got {path.as_posix()!r} with {len(data)} of {length} bytes: "
            "copy or download it again"
        )
    return data


def _candidates() -> Iterator[Path]:
    # Found, not imported: nothing is needed from the package but the file.
    carrier = find_spec(CARRIER)
    if carrier is not None and carrier.origin is not None:
        yield Path(carrier.origin).with_name(CARRIED)
    for folder in map(Path, map(os.path.expanduser, FOLDERS)):
        yield from (folder / name for name in USUAL)
        yield from sorted(folder.glob("*.sf2"))
