"""Where the journals are, and what stands in one."""

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
    """A file is no journal that can be read.

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
        path: where it was read from.
        records: in the order of the file.
        unreadable: lines that are no records: torn by the end of the power, or damaged.
    """

    path: Path
    records: tuple[Record, ...]
    unreadable: int

    @property
    def id(self) -> str:
        """What a set is called: the local time of its beginning."""
        return self.path.stem

    @property
    def is_closed(self) -> bool:
        """Whether the set came to its end; else it was broken off, or it goes on right now."""
        return bool(self.records) and isinstance(self.records[-1], Closed)


def journals_folder() -> Path:
    """Return the folder of the user's own journals; it may not exist yet."""
    return user_data_folder() / "journals"


def list_journals(folder: Path | None = None) -> list[Path]:
    """Return the journals of a folder, the newest last; without one, the user's own.

    A file in which nothing stands is none: the machine stopped as the set began.
    """
    place = folder if folder is not None else journals_folder()
    return sorted(filter(_has_lines, place.glob(f"*{SUFFIX}")), key=_age)


def find_journal(name: str) -> Path:
    """Return the journal of this ID or beginning of one, the newest for "last", or the one at a path.

    Raises:
        UsageError: if there is none, or several begin so.
    """
    if os.sep in name or (os.altsep and os.altsep in name) or name.endswith(SUFFIX):
        return Path(os.path.realpath(name))  # `resolve` fails at a link to itself
    journals = {path.stem: path for path in list_journals()}
    if not journals:
        raise UsageError(
            f"there is no journal in {journals_folder()} yet: `segue play` writes one of each set"
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
            f"{len(matching)} sets begin with {name!r}, as {_some(matching)}: write more of the ID"
        )
    likeness = {known: difflib.SequenceMatcher(None, name, known).ratio() for known in journals}
    nearest = sorted(journals, key=lambda known: -likeness[known])
    raise UsageError(f"there is no set {name!r}; sets here: {_some(nearest)}")


def read_journal(path: Path) -> JournalFile:
    """Read a journal, whether its set was ended, broken off, or goes on.

    A line counts with its newline only, so one that is being written is passed over as a torn one is.

    Raises:
        JournalError: if it cannot be read, is no journal, or is of a later format.
    """
    try:
        records, unreadable = records_in(path.read_bytes())
    except OSError as error:
        raise JournalError(path, f"cannot read it: {error.strerror or error}") from error
    except LaterFormatError as error:
        raise JournalError(path, str(error)) from error
    if not records:
        raise JournalError(path, "no line of it is a journal's: give the file of a set, or its ID")
    return JournalFile(path, records, unreadable)


def records_in(data: bytes) -> tuple[tuple[Record, ...], int]:
    """Return the records in the bytes of a journal, and how many lines are none.

    Raises:
        LaterFormatError: if they are of a later format.
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
    """Return what sorts journals by time: a second set of the same second is called "-2"."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d-\d{6})-(\d+)", path.stem)
    return (match[1], int(match[2])) if match else (path.stem, 1)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
