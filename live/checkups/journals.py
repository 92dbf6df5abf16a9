"""Whether segue can write the journals of sets."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from live.checkups.finding import Finding, hint, ok

SUBJECT = "journals"

ENOUGH_BYTES = 200 * 2**20
"""More than the journal of a long set needs, with a master's clock in it (docs/journal.md)."""


def check_journals(folder: Path) -> Iterator[Finding]:
    """Check that there is room for the journal of the next set.

    Args:
        folder: where the journals are; it may not exist yet.
    """
    place = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        yield hint(
            SUBJECT,
            f"{folder} cannot be written: segue plays, but keeps no journal",
            "Give your user write permission there, or choose another folder with `segue play --journal "
            "FOLDER`.",
        )
        return
    free = shutil.disk_usage(place).free
    if free < ENOUGH_BYTES:
        yield hint(
            SUBJECT,
            f"only {free // 2**20} MiB are free in {place}: a long set may not fit",
            "Free some space there, or choose another folder with `segue play --journal FOLDER`.",
        )
        return
    yield ok(SUBJECT, f"{folder}, {free // 2**30} GiB free")
