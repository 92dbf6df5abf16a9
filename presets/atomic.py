"""Writes files that appear complete or not at all, so that a crash leaves the last good one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; leaving without an error moves the file into place."""
    scratch = path.with_name(f".writing-{os.getpid()}-{path.name}")
    try:
        yield scratch
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, completely or not at all."""
    with replacing(path) as scratch:
        scratch.write_text(text, encoding="utf-8")
