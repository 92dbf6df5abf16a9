"""Finds and reads journals."""

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from presets.bundles.library import user_data_folder
from presets.errors import SegueError, UsageError
from presets.sets.lines import LaterFormatError, LineError, from_line
from presets.sets.records import Closed, Record

SUFFIX = ".jsonl"


class JournalError(SegueError):
    """A file is not a readable journal.

    Attributes:
        path: the file.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"journal {path.name!r} in {path.parent}: {reason}")
        self.path = path


@dataclass(frozen=True, slots=True)
class JournalFile:
    """A journal in memory.

    Attributes:
        path: the file that was read.
        records: the records in the order of the file.
        unreadable: number of lines that are not records: torn by a power failure, or damaged.
    """

    path: Path
    records: tuple[Record, ...]
    unreadable: int

    @property
    def id(self) -> str:
        """The ID of the set: the local time of its beginning."""
        return self.path.stem

    @property
    def is_closed(self) -> bool:
        """Whether the set was ended properly; if not, it was interrupted, or is still being played."""
        return bool(self.records) and isinstance(self.records[-1], Closed)


def journals_folder() -> Path:
    """Return the folder of the user's own journals; it may not exist yet."""
    return user_data_folder() / "journals"


def list_journals(folder: Path | None = None) -> list[Path]:
    """Return the journals of a folder, the newest last; of the user's own folder if it is None.

    An empty file does not count: the computer stopped just as the set began.
    """
    place = folder if folder is not None else journals_folder()
    return sorted(filter(_has_lines, place.glob(f"*{SUFFIX}")), key=_age)


def find_journal(name: str) -> Path:
    """Return a journal by its ID, the beginning of its ID, "last" for the newest, or its path.

    Raises:
        UsageError: if there is none, or the beginning fits more than one.
    """
    if os.sep in name or (os.altsep and os.altsep in name) or name.endswith(SUFFIX):
        return Path(os.path.realpath(name))  # `resolve` fails at a link to itself
    journals = {path.stem: path for path in list_journals()}
    if not journals:
        raise UsageError(
            f"there is no journal in {journals_folder()} yet: `segue play` writes one for each set"
        )
    if name == "last":
        return [*journals.values()][-1]
    if name in journals:
        return journals[name]
    matching = [known for known in journals if known.startswith(name)]
    if len(matching) == 1:
        return journals[matching[0]]
    if matching and name:
        raise UsageError(
            f"{len(matching)} sets begin with {name!r}, such as {_some(matching)}: add more of the ID"
        )
    likeness = {known: difflib.SequenceMatcher(None, name, known).ratio() for known in journals}
    nearest = sorted(journals, key=lambda known: -likeness[known])
    raise UsageError(f"there is no set {name!r}; sets here: {_some(nearest)}")


def read_journal(path: Path) -> JournalFile:
    """Read a journal, whether its set was ended, was interrupted, or is still being played.

    A line counts only if it has its newline, so a line that is being written is ignored like a torn one.

    Raises:
        JournalError: if the file cannot be read, is not a journal, or has a later format.
    """
    try:
        records, unreadable = records_in(path.read_bytes())
    except OSError as error:
        raise JournalError(path, f"cannot read it: {error.strerror or error}") from error
    except LaterFormatError as error:
        raise JournalError(path, str(error)) from error
    if not records:
        raise JournalError(path, "it has no line of a journal: give the file of a set, or its ID")
    return JournalFile(path, records, unreadable)


def records_in(data: bytes) -> tuple[tuple[Record, ...], int]:
    """Return the records in the bytes of a journal, and the number of lines that are not records.

    Raises:
        LaterFormatError: if the journal has a later format.
    """
    *lines, rest = data.split(b"\n")
    records: list[Record] = []
    unreadable = int(bool(rest))
    for line in lines:
        try:
            record = from_line(line.decode())
        except LaterFormatError:
            raise
        except (LineError, UnicodeDecodeError):
            unreadable += 1
            continue
        if record is not None:
            records.append(record)
    return tuple(records), unreadable


def _has_lines(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:  # removed meanwhile
        return False


def _age(path: Path) -> tuple[str, int]:
    """Return a sort key by time: a second set in the same second has the suffix "-2"."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d-\d{6})-(\d+)", path.stem)
    return (match[1], int(match[2])) if match else (path.stem, 1)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
