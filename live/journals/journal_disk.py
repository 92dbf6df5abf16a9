"""A journal's file on the disk. It decides nothing, and every call may block or fail."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, Self

if sys.platform == "darwin":
    import fcntl


BLOCK = 1 << 12
"""Bytes read at a time where the end of the last line is looked for."""

_BINARY = getattr(os, "O_BINARY", 0)


class LogFile(Protocol):
    """A file that only grows. Every method raises an `OSError` if it fails."""

    def write(self, data: bytes, offset: int) -> int:
        """Write at an offset; return how many bytes were written, perhaps not all."""
        ...

    def read(self, length: int) -> bytes:
        """Return the first `length` bytes, even if the file was moved or removed."""
        ...

    def is_in_place(self) -> bool:
        """Return whether the file is still at its path; True if that is unknown."""
        ...

    def sync(self) -> None:
        """Return once everything written survives a power failure."""
        ...

    def cut_torn_line(self) -> int:
        """Cut off what comes after the last newline; return the length of the file."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


NewFile = Callable[[Path], LogFile]
"""Creates a file and the folders that it needs; raises a `FileExistsError` if the name is taken."""

OldFile = Callable[[Path], LogFile]
"""Opens a file that exists; raises a `FileNotFoundError` if it does not."""


class DiskFile:
    """A file on the disk. Two threads may call it.

    Only the user may read it, because it shows when somebody played, and with what equipment.

    Args:
        path: the file; it must not exist yet.
        is_new: whether that is so; if not, it must exist, and is left as it is.
    """

    def __init__(self, path: Path, *, is_new: bool = True) -> None:
        self._path = path
        # Folders with new entries, which must be synced too.
        self._changed_folders: set[Path] = set()
        self._descriptor = self._create() if is_new else os.open(path, os.O_RDWR | _BINARY)

    @classmethod
    def existing(cls, path: Path) -> Self:
        """Open a file that exists; raise a `FileNotFoundError` if it does not."""
        return cls(path, is_new=False)

    def _create(self) -> int:
        """Create the file and its folders; return its descriptor."""
        path = self._path
        missing = [folder for folder in path.parents if not folder.exists()]
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path.parent) from error
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        self._changed_folders = {path.parent, *(folder.parent for folder in missing)}
        return descriptor

    def write(self, data: bytes, offset: int) -> int:
        """Write at an offset; return how many bytes were written, perhaps not all."""
        os.lseek(self._descriptor, offset, os.SEEK_SET)
        return os.write(self._descriptor, data)

    def read(self, length: int) -> bytes:
        """Return the first `length` bytes, even if the file was moved or removed."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        pieces = []
        while length > 0 and (piece := os.read(self._descriptor, length)):
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def is_in_place(self) -> bool:
        """Return whether the file is still at its path; True if that is unknown."""
        if sys.platform == "win32":
            return True  # an open file cannot be moved or removed there, and its file number may vary
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._descriptor))
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True

    def sync(self) -> None:
        """Return once everything written survives a power failure."""
        if sys.platform == "darwin":
            # There, fsync leaves the data in the drive's cache.
            fcntl.fcntl(self._descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fsync(self._descriptor)
        while self._changed_folders:
            _sync_folder(self._changed_folders.pop())

    def cut_torn_line(self) -> int:
        """Cut off what comes after the last newline; return the length of the file."""
        size = os.fstat(self._descriptor).st_size
        end = size
        while end > 0:
            begin = max(0, end - BLOCK)
            os.lseek(self._descriptor, begin, os.SEEK_SET)
            newline = os.read(self._descriptor, end - begin).rfind(b"\n")
            if newline >= 0:
                end = begin + newline + 1
                break
            end = begin
        if end < size:
            os.ftruncate(self._descriptor, end)
        return end

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def _sync_folder(folder: Path) -> None:
    """Flush the folder's entries to disk (fsync), where the system supports it."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        return  # some file systems refuse it, and some folders are unreadable; the file itself is safe
