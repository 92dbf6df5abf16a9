"""Find presets: first in the user's own folder, then among those that come with segue."""

import difflib
import os
import sys
from pathlib import Path

from presets.bundles.bundle import SETTINGS_FILE, Bundle, read_bundle
from presets.errors import UsageError

SHIPPED_FOLDER = Path(__file__).parent.parent


def user_data_folder() -> Path:
    """Return this system's folder for the user's segue data; it may not exist yet.

    `SEGUE_DATA` overrides it. Otherwise it is in the XDG base directory on Linux, in Application Support on
    macOS and in APPDATA on Windows.

    Raises:
        UsageError: if `SEGUE_DATA` names a file.
    """
    if override := os.environ.get("SEGUE_DATA"):
        folder = Path(override)
        if folder.exists() and not folder.is_dir():
            raise UsageError(
                f"SEGUE_DATA must name a folder, which may be new, got {override!r}, which is a file: name "
                "another, or unset it"
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
    """Return the folder of every preset by name, sorted; a user's preset hides a shipped one of its name."""
    found: dict[str, Path] = {}
    for place in (user_presets_folder(), SHIPPED_FOLDER):
        for settings in sorted(place.glob(f"*/{SETTINGS_FILE}")):
            found.setdefault(settings.parent.name, settings.parent)
    return dict(sorted(found.items()))


def load_preset(name: str) -> Bundle:
    """Read a preset by name, or by the path of its folder.

    Raises:
        UsageError: if there is no such preset; the error lists the existing ones, the nearest name first.
        BundleError: if the preset is damaged.
    """
    return read_bundle(find_preset(name))


def find_preset(name: str) -> Path:
    """Return the folder of a preset, by its name or by its path; a path need not exist.

    Raises:
        UsageError: if there is no preset of this name; the error lists the existing ones, the nearest name
            first.
    """
    if os.sep in name or (os.altsep and os.altsep in name):
        return Path(os.path.realpath(name))  # `resolve` fails on a link to itself
    folders = preset_folders()
    if name in folders:
        return folders[name]
    names = sorted(folders, key=lambda known: -difflib.SequenceMatcher(None, name, known).ratio())
    known = ", ".join(names) or "none yet; `segue train` and `segue export` make one"
    raise UsageError(f"there is no preset {name!r}; presets here: {known}")
