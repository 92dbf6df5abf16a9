"""Where presets are found: the user's own folder first, then the ones that come with segue."""

import difflib
import os
import sys
from pathlib import Path

from presets.bundles.bundle import SETTINGS_FILE, Bundle, read_bundle
from presets.errors import UsageError

SHIPPED_FOLDER = Path(__file__).parent.parent


def user_data_folder() -> Path:
    """Return this system's folder for a user's own segue data; it may not exist yet.

    `SEGUE_DATA` overrides; else the XDG base directory on Linux, Application Support on macOS, APPDATA on
    Windows.

    Raises:
        UsageError: if `SEGUE_DATA` names a file.
    """
    if override := os.environ.get("SEGUE_DATA"):
        folder = Path(override)
        if folder.exists() and not folder.is_dir():
            raise UsageError(
                f"SEGUE_DATA must name a folder, which may be new, got {override!r}, which is a file: name "
                "another, or leave it out"
            )
        return folder
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / "segue"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "segue"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "segue"


def user_presets_folder() -> Path:
    """Return the folder of the user's own presets; it may not exist yet."""
    return user_data_folder() / "presets"


def preset_folders() -> dict[str, Path]:
    """Return every preset's folder by name, sorted; a user's own stands before a shipped one."""
    found: dict[str, Path] = {}
    for place in (user_presets_folder(), SHIPPED_FOLDER):
        for settings in sorted(place.glob(f"*/{SETTINGS_FILE}")):
            found.setdefault(settings.parent.name, settings.parent)
    return dict(sorted(found.items()))


def load_preset(name: str) -> Bundle:
    """Read a preset by name, or by the path of its folder.

    Raises:
        UsageError: if there is no such preset; it names those that there are, the nearest first.
        BundleError: if it is not intact.
    """
    return read_bundle(find_preset(name))


def find_preset(name: str) -> Path:
    """Return the folder of a preset, by its name or by its path, which may lead nowhere.

    Raises:
        UsageError: if there is no preset of this name; it names those that there are, the nearest first.
    """
    if os.sep in name or (os.altsep and os.altsep in name):
        return Path(os.path.realpath(name))  # `resolve` fails at a link to itself
    folders = preset_folders()
    if name in folders:
        return folders[name]
    names = sorted(folders, key=lambda known: -difflib.SequenceMatcher(None, name, known).ratio())
    known = ", ".join(names) or "none yet; `segue train` and `segue export` make one"
    raise UsageError(f"there is no preset {name!r}; presets here: {known}")
