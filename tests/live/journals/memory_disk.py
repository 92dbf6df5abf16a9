"""A disk in memory with every trouble that a disk makes, and a syncing that takes as long as a test wants."""

import errno
import os
from pathlib import Path

from live.journals.journal_syncing import Synced


def failure(number):
    return OSError(number, os.strerror(number))


class MemoryFile:
    """Obeys `LogFile`. `data` is what the system has, `durable` what the power leaves of it."""

    def __init__(self, disk, path):
        self.data = bytearray()
        self.durable = bytearray()
        self.is_closed = False
        self._disk = disk
        self._path = path
        # Written, and on its way to the disk: after a sync that failed, the system forgets it.
        self._dirty = []

    def write(self, data, offset):
        assert not self.is_closed
        room = self._disk.take(self._path, len(data))
        self.data[offset : offset + room] = data[:room]
        self._dirty.append((offset, bytes(data[:room])))
        return room

    def read(self, length):
        assert not self.is_closed
        if self._disk.read_error is not None:
            raise self._disk.read_error
        return bytes(self.data[:length])

    def cut_torn_line(self):
        assert not self.is_closed
        if self._disk.read_error is not None:
            raise self._disk.read_error
        del self.data[self.data.rfind(b"\n") + 1 :]
        return len(self.data)

    def is_in_place(self):
        assert not self.is_closed
        return self._disk.files.get(self._path) is self

    def sync(self):
        assert not self.is_closed
        dirty, self._dirty = self._dirty, []
        if self._disk.sync_error is not None:
            raise self._disk.sync_error
        for offset, data in dirty:
            self.durable[offset : offset + len(data)] = data

    def close(self):
        assert not self.is_closed
        self.is_closed = True


class MemoryDisk:
    """Files by their paths, and what is wrong now.

    Attributes:
        room: how many bytes it still takes; None for any number.
        mouthful: how many bytes it takes at a time.
        full: folders that take nothing.
    """

    def __init__(self):
        self.files = {}
        self.heal()

    def heal(self):
        """Let everything work again."""
        self.room = self.mouthful = None
        self.full = set()
        self.make_error = self.write_error = self.read_error = self.sync_error = None

    def new_file(self, path):
        if self.make_error is not None:
            raise self.make_error
        if path in self.files:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
        self.files[path] = MemoryFile(self, path)
        return self.files[path]

    def old_file(self, path):
        if self.make_error is not None:
            raise self.make_error
        if path not in self.files:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        file = MemoryFile(self, path)
        file.data = self.files[path].data
        file.durable = self.files[path].durable
        self.files[path] = file
        return file

    def take(self, path, length):
        """Return how many of so many bytes are written into the file at this path."""
        if path.parent in self.full:
            raise failure(errno.ENOSPC)
        if self.write_error is not None:
            raise self.write_error
        if self.mouthful is not None:
            length = min(length, self.mouthful)
        if self.room is not None:
            if self.room == 0:
                raise failure(errno.ENOSPC)
            length = min(length, self.room)
            self.room -= length
        return length

    def remove_all(self):
        """Delete every file; return what is deleted: who has it open can still use it."""
        removed, self.files = list(self.files.values()), {}
        return removed

    def move_all(self, folder):
        self.files = {folder / path.name: file for path, file in self.files.items()}


class SyncingAtOnce:
    """Obeys `Syncing`: what is begun has ended."""

    def __init__(self):
        self.has_ended = False
        self._result = None

    def begin(self, file, length):
        assert self._result is None, "one at a time"
        self._result = self._sync(file, length)

    def result(self, seconds=0.0):
        result, self._result = self._result, None
        return result

    def give_back(self, file):
        file.close()

    def end(self):
        self.has_ended = True

    def _sync(self, file, length):
        try:
            file.sync()
        except OSError as error:
            return Synced(file, length, error)
        return Synced(file, length, None)


class SlowSyncing(SyncingAtOnce):
    """Obeys `Syncing`: what is begun ends when a test says so, or when it is given up."""

    def __init__(self):
        super().__init__()
        self._begun = None
        self._to_close = []

    def begin(self, file, length):
        assert self._begun is None, "one at a time"
        self._begun = file, length

    def answer(self):
        """Let the disk do what it was asked for."""
        if self._begun is not None:
            self._result = self._sync(*self._begun)
            self._begun = None
        for file in self._to_close:
            file.close()
        self._to_close = []

    def result(self, seconds=0.0):
        return super().result()

    def give_back(self, file):
        self._to_close.append(file)


FOLDER = Path("journals")
REFUGE = Path("refuge")
