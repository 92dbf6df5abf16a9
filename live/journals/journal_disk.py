"""A journal's file on the disk: it decides nothing, and every call may wait for the disk, or fail."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

if sys.platform == "darwin":
    import fcntl


class LogFile(Protocol):
    """A file that only grows. Whatever fails raises an `OSError`."""

    def write(self, data: bytes, offset: int) -> int:
        """Write at this place; return how many bytes were taken, perhaps not all."""
        ...

    def read(self, length: int) -> bytes:
        """Return so much of its beginning, also if nobody finds it any more."""
        ...

    def is_in_place(self) -> bool:
        """Return whether it still stands where it was made; True where that cannot be told."""
        ...

    def sync(self) -> None:
        """Return when what was written outlasts the power."""
        ...

    def close(self) -> None:
        """Give it back to the system."""
        ...


NewFile = Callable[[Path], LogFile]
"""Makes a file, and the folders that it needs; a `FileExistsError` if there is one of this name already."""


class DiskFile:
    """A file on the disk. Its calls may come from two threads.

    Only its owner may read it: it says when somebody played, and with whom.

    Args:
        path: the file; it must not exist yet.
    """

    def __init__(self, path: Path) -> None:
        missing = [folder for folder in path.parents if not folder.exists()]
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path.parent) from error
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._path = path
        self._descriptor = os.open(path, flags, 0o600)
        # Whose list of names has changed: the power may go before the system has written that down.
        self._changed_folders = {path.parent, *(folder.parent for folder in missing)}

    def write(self, data: bytes, offset: int) -> int:
        """Write at this place; return how many bytes were taken, perhaps not all."""
        os.lseek(self._descriptor, offset, os.SEEK_SET)
        return os.write(self._descriptor, data)

    def read(self, length: int) -> bytes:
        """Return so much of its beginning, also if nobody finds it any more."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        pieces = []
        while length > 0 and (piece := os.read(self._descriptor, length)):
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def is_in_place(self) -> bool:
        """Return whether it still stands where it was made; True where that cannot be told."""
        if sys.platform == "win32":
            return True  # nobody can remove or move what is open there, and file numbers are not always alike
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._descriptor))
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True

    def sync(self) -> None:
        """Return when what was written outlasts the power."""
        if sys.platform == "darwin":
            fcntl.fcntl(
                self._descriptor, fcntl.F_FULLFSYNC
            )  # fsync leaves it in the drive's own memory there
        else:
            os.fsync(self._descriptor)
        while self._changed_folders:
            _sync_folder(self._changed_folders.pop())

    def close(self) -> None:
        """Give it back to the system."""
        os.close(self._descriptor)


def _sync_folder(folder: Path) -> None:
    """Let the names in a folder outlast the power, where the system can."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        return  # some file systems refuse it, and some folders may not be read: the file itself is safe
