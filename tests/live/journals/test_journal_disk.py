"""A journal's file: the one in memory and the one on the disk obey the same contract."""

import os
import shutil
import stat
import sys

import pytest

from live.journals.journal_disk import BLOCK, DiskFile
from live.journals.journal_syncing import SyncThread
from tests.live.journals.memory_disk import MemoryDisk

WITH_PERMISSIONS = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
WITH_OPEN_FILES_REMOVED = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps files in use")


@pytest.fixture(params=["memory", "disk"])
def new_file(request):
    return MemoryDisk().new_file if request.param == "memory" else DiskFile


@pytest.fixture
def path(tmp_path):
    return tmp_path / "segue" / "journals" / "set.jsonl"


def test_what_is_written_is_read(new_file, path):
    file = new_file(path)
    assert file.write(b"one\r\n", 0) == 5
    assert file.write(b"two\n", 5) == 4
    assert file.write(b"ONE\r\n", 0) == 5
    assert file.read(9) == b"ONE\r\ntwo\n"
    assert file.read(3) == b"ONE"
    assert file.read(90) == b"ONE\r\ntwo\n"
    file.sync()
    file.close()


@pytest.fixture(params=["memory", "disk"])
def disk(request):
    """How a new file is made, and how an old one is opened."""
    memory = MemoryDisk()
    return (memory.new_file, memory.old_file) if request.param == "memory" else (DiskFile, DiskFile.existing)


@pytest.mark.parametrize("torn", [b"", b"t", b'{"type":"sent"', bytes(3 * BLOCK), b"x" * BLOCK])
@pytest.mark.parametrize("lines", [b"", b"one\n", b"one\n\ntwo\n", b"one\n" * BLOCK])
def test_an_old_file_goes_on_behind_its_last_whole_line(disk, path, lines, torn):
    new_file, old_file = disk
    file = new_file(path)
    for at in range(0, len(lines + torn), BLOCK):
        file.write((lines + torn)[at : at + BLOCK], at)
    file.close()
    again = old_file(path)
    assert again.is_in_place()
    assert again.cut_torn_line() == len(lines)
    again.write(b"three\n", len(lines))
    assert again.read(len(lines + torn) + 90) == lines + b"three\n"
    again.sync()
    again.close()


def test_an_old_file_that_is_not_there_is_not_made(disk, path):
    _, old_file = disk
    with pytest.raises(FileNotFoundError):
        old_file(path)
    assert not path.exists()


def test_a_name_that_is_taken_is_refused(new_file, path):
    file = new_file(path)
    with pytest.raises(FileExistsError):
        new_file(path)
    file.close()


def test_it_is_in_its_place(new_file, path):
    file = new_file(path)
    assert file.is_in_place()
    file.close()


@WITH_OPEN_FILES_REMOVED
def test_a_file_that_was_removed_with_its_folder_is_not_in_its_place_and_can_be_read(path):
    file = DiskFile(path)
    file.write(b"one\n", 0)
    shutil.rmtree(path.parent)
    assert not file.is_in_place()
    assert file.read(4) == b"one\n"
    file.sync()
    another = DiskFile(path)
    assert another.is_in_place()
    assert not file.is_in_place()
    file.close()
    another.close()


@WITH_OPEN_FILES_REMOVED
def test_a_file_whose_folder_became_a_file_is_not_in_its_place(path):
    file = DiskFile(path)
    path.parent.rename(path.parent.with_name("moved"))
    path.parent.write_text("no folder")
    assert not file.is_in_place()
    file.close()


def test_no_folder_where_a_file_stands(tmp_path):
    (tmp_path / "segue").write_text("no folder")
    for path in (tmp_path / "segue" / "set.jsonl", tmp_path / "segue" / "journals" / "set.jsonl"):
        with pytest.raises(NotADirectoryError):
            DiskFile(path)


@WITH_PERMISSIONS
def test_only_its_owner_may_read_a_journal(path):
    before = os.umask(0)
    try:
        DiskFile(path).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_thread_that_syncs_says_when_it_has(path):
    syncing, file = SyncThread(), DiskFile(path)
    file.write(b"one\n", 0)
    syncing.begin(file, 4)
    result = syncing.result(60.0)
    assert (result.file, result.length, result.error) == (file, 4, None)
    assert syncing.result() is None
    syncing.give_back(file)
    syncing.end()


def test_the_thread_that_syncs_says_what_failed(path):
    syncing, file = SyncThread(), DiskFile(path)
    file.close()
    syncing.begin(file, 4)
    assert isinstance(syncing.result(60.0).error, OSError)
    syncing.end()
