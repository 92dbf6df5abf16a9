"""Whether the journals of sets can be written."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from live.checkups.finding import Finding, hint, ok

SUBJECT = "journals"

ENOUGH_BYTES = 200 * 2**20
"""More than a long evening takes, with a master's clock in it (docs/journal.md)."""


def check_journals(folder: Path) -> Iterator[Finding]:
    """See whether there is a place for tonight's journal.

    Args:
        folder: where the journals are; it may not exist yet.
    """
    place = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        yield hint(
            SUBJECT,
            f"{folder} cannot be written: sets are played, but none is kept",
            "Let your user write there, or name another folder with `segue play --journal FOLDER`.",
        )
        return
    free = shutil.disk_usage(place).free
    if free < ENOUGH_BYTES:
        yield hint(
            SUBJECT,
            f"{free // 2**20} MiB are free in {place}: a long set may not fit",
            "Make room there, or name another folder with `segue play --journal FOLDER`.",
        )
        return
    yield ok(SUBJECT, f"{folder}, {free // 2**30} GiB free")
