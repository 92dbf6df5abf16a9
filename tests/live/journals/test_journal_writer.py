"""The journal's writer on virtual time and a disk in memory."""

import errno
import tracemalloc
from dataclasses import replace
from itertools import pairwise

import pytest

from live.journals.journal_backlog import CHUNK
from live.journals.journal_writer import (
    PERIOD_SECONDS,
    RETRY_SECONDS,
    SHOWN_SECONDS,
    STUCK_SECONDS,
    JournalWriter,
)
from presets.sets.reader import records_in
from presets.sets.records import Closed, Heard, Interrupted, Use
from tests.live.journals.memory_disk import FOLDER, REFUGE, MemoryDisk, SlowSyncing, SyncingAtOnce, failure
from tests.presets.sets.journal_records import NOTE, NOTE_OFF, OPENED, PROGRAM, note

PATH = FOLDER / "2026-11-21-193000.jsonl"
PRESSED = Heard(0.5, None, None, b"\x90\x3c\x40")


class Performance:
    """A writer, its disk, and the time."""

    def __init__(self, syncing=None):
        self.disk = MemoryDisk()
        self.syncing = syncing if syncing is not None else SyncingAtOnce()
        self.writer = JournalWriter(FOLDER, self.disk.new_file, self.syncing, REFUGE)
        self.now = 100.0
        self.put_records = []

    def put(self, *records):
        for record in records:
            self.put_records.append(record)
            self.writer.put(record)

    def wait(self, seconds):
        """Let time pass; the writer is asked when it wanted to be."""
        until = self.now + seconds
        while (deadline := self.writer.pump(self.now)) <= until:
            self.now = deadline
        self.now = until

    def finish(self):
        return self.writer.finish(self.now)

    @property
    def trouble(self):
        return self.writer.trouble(self.now)

    def kept(self, path=PATH):
        records, unreadable = records_in(bytes(self.disk.files[path].data))
        assert unreadable == 0
        return list(records)


@pytest.fixture
def performance():
    return Performance()


def test_there_is_no_file_before_the_first_note(performance):
    performance.put(
        OPENED, PROGRAM, replace(PRESSED, use=Use.CONTROL), replace(PRESSED, message=b"\x90\x3c\x00")
    )
    performance.wait(60.0)
    assert performance.disk.files == {}
    assert performance.writer.path is None
    performance.put(NOTE)
    performance.wait(0.0)
    assert performance.writer.path == PATH
    assert performance.kept() == performance.put_records


def test_a_note_that_is_heard_begins_a_file_too(performance):
    performance.put(OPENED, PRESSED)
    performance.wait(0.0)
    assert performance.kept() == [OPENED, PRESSED]


def test_a_performance_without_a_note_leaves_nothing(performance):
    performance.put(OPENED, PROGRAM, Closed(1.0, 0, 0, 0))
    assert performance.finish() is None
    assert performance.disk.files == {}


def test_what_is_put_is_written_and_synced_a_moment_later(performance):
    performance.put(OPENED, NOTE)
    performance.wait(0.1)
    performance.put(NOTE_OFF)
    performance.wait(PERIOD_SECONDS)
    assert performance.kept() == [OPENED, NOTE, NOTE_OFF]
    assert performance.disk.files[PATH].durable == performance.disk.files[PATH].data


def test_a_second_set_of_the_same_second_gets_a_number(performance):
    performance.disk.new_file(PATH)
    performance.disk.new_file(FOLDER / "2026-11-21-193000-2.jsonl")
    performance.put(OPENED, NOTE)
    performance.wait(0.0)
    assert performance.writer.path == FOLDER / "2026-11-21-193000-3.jsonl"


def test_a_burst_is_written_in_slices(performance):
    performance.put(OPENED, *(note(number) for number in range(10_000)))
    began = performance.now
    sizes = []
    while len(sizes) < 51:
        deadline = performance.writer.pump(performance.now)
        sizes.append(len(performance.disk.files[PATH].data))
        performance.now = deadline
    assert max(after - before for before, after in pairwise(sizes)) < 20_000
    assert performance.kept() == performance.put_records
    assert performance.now - began < 1.0


def test_a_full_disk_is_said_and_nothing_is_lost_when_there_is_room_again(performance):
    performance.put(OPENED, NOTE)
    performance.wait(1.0)
    performance.disk.room = 20
    performance.put(NOTE_OFF)
    performance.wait(PERIOD_SECONDS)
    assert performance.trouble == (
        "cannot write the journal (No space left on device): the music goes on, and the set stays in memory; "
        "free disk space in journals"
    )
    performance.put(note(2), note(3))
    performance.wait(60.0)
    assert records_in(bytes(performance.disk.files[PATH].data)) == ((OPENED, NOTE), 1)
    performance.disk.heal()
    performance.wait(RETRY_SECONDS)
    assert performance.trouble is None
    assert performance.kept() == performance.put_records


def test_a_set_that_waits_in_memory_is_not_copied_with_every_try(performance):
    """An hour of it would keep the stage from playing for as long."""
    performance.disk.room = 0
    performance.put(OPENED, *(note(number) for number in range(15_000)))
    performance.wait(2.0)
    assert len(performance.writer._backlog) > 12 * CHUNK
    tracemalloc.start()
    try:
        performance.wait(3 * RETRY_SECONDS)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 * CHUNK


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EROFS, "(Read-only file system): .*; make journals writable"),
        (errno.EACCES, "(Permission denied): .*; make journals writable"),
        (errno.ENOTDIR, "(Not a directory): .*; replace journals with a folder"),
        (errno.EIO, "(Input/output error): .*; check journals"),
    ],
)
def test_a_folder_that_takes_no_file_is_said_and_tried_again(performance, number, words):
    performance.disk.make_error = failure(number)
    performance.put(OPENED, NOTE)
    performance.wait(5.0)
    reason, _, way_out = words.partition(": .*")
    assert performance.trouble.startswith(f"cannot write the journal {reason}: the music goes on")
    assert performance.trouble.endswith(way_out)
    performance.disk.heal()
    performance.wait(RETRY_SECONDS)
    assert performance.trouble is None
    assert performance.kept() == performance.put_records


def test_a_disk_that_takes_a_little_at_a_time_gets_all(performance):
    performance.disk.mouthful = 7
    performance.put(OPENED, NOTE, NOTE_OFF)
    performance.wait(0.0)
    assert performance.kept() == performance.put_records


def test_what_a_sync_lost_is_written_again(performance):
    performance.put(OPENED, NOTE)
    performance.wait(1.0)
    performance.disk.sync_error = failure(errno.EIO)
    performance.put(NOTE_OFF)
    performance.wait(2 * PERIOD_SECONDS)
    assert performance.trouble.startswith("cannot write the journal (Input/output error)")
    for _ in range(50):
        performance.wait(0.1)
        assert performance.trouble is not None, "it does not go and come"
    performance.disk.heal()
    performance.wait(RETRY_SECONDS + 2 * PERIOD_SECONDS)
    assert performance.trouble is None
    assert performance.kept() == performance.put_records
    assert performance.disk.files[PATH].durable == performance.disk.files[PATH].data


def test_a_journal_that_is_removed_is_written_anew_and_that_is_said(performance):
    performance.put(OPENED, NOTE)
    performance.wait(5.0)
    (removed,) = performance.disk.remove_all()
    performance.put(NOTE_OFF)
    performance.wait(RETRY_SECONDS)
    assert performance.kept() == performance.put_records
    assert removed.is_closed
    assert performance.trouble == (
        f"{PATH} was removed or moved: the music goes on, and segue writes the journal there again"
    )
    performance.wait(SHOWN_SECONDS)
    assert performance.trouble is None


def test_a_folder_that_is_moved_keeps_its_journal_and_another_is_written(performance, tmp_path):
    performance.put(OPENED, NOTE)
    performance.wait(5.0)
    performance.disk.move_all(tmp_path)
    performance.put(NOTE_OFF)
    performance.wait(RETRY_SECONDS)
    assert performance.kept() == performance.put_records
    assert performance.kept(tmp_path / PATH.name)[:2] == [OPENED, NOTE]


def test_a_removed_journal_that_cannot_be_read_any_more_is_gone_on_with(performance):
    performance.put(OPENED, NOTE)
    performance.wait(5.0)
    performance.disk.remove_all()
    performance.disk.read_error = failure(errno.EIO)
    performance.put(NOTE_OFF)
    performance.wait(RETRY_SECONDS)
    assert performance.kept() == [OPENED, NOTE_OFF]
    assert performance.trouble.endswith("without what came before")


def test_a_disk_that_syncs_slowly_holds_nothing_up_and_is_told_of():
    performance = Performance(SlowSyncing())
    performance.put(OPENED, NOTE)
    performance.wait(1.0)
    performance.put(NOTE_OFF)
    performance.wait(PERIOD_SECONDS)
    assert performance.kept() == performance.put_records
    assert performance.disk.files[PATH].durable == b""
    assert performance.trouble is None
    performance.wait(STUCK_SECONDS)
    assert performance.trouble.startswith(
        "cannot write the journal (the disk does not answer): the music goes"
    )
    performance.syncing.answer()
    performance.wait(PERIOD_SECONDS)
    assert performance.trouble is None
    performance.syncing.answer()
    assert performance.kept() == performance.put_records
    assert performance.disk.files[PATH].durable == performance.disk.files[PATH].data


def test_a_file_that_is_removed_while_it_is_synced_is_closed_behind_that():
    performance = Performance(SlowSyncing())
    performance.put(OPENED, NOTE)
    performance.wait(1.0)
    (removed,) = performance.disk.remove_all()
    performance.wait(RETRY_SECONDS)
    assert not removed.is_closed
    performance.syncing.answer()
    assert removed.is_closed
    performance.wait(1.0)
    performance.syncing.answer()
    assert performance.kept() == performance.put_records
    assert performance.disk.files[PATH].durable == performance.disk.files[PATH].data


def test_the_end_writes_what_is_left(performance):
    performance.put(OPENED, NOTE)
    performance.wait(1.0)
    performance.put(*(note(number) for number in range(1000)), Closed(9.0, 1, 0, 0))
    assert performance.finish() is None
    assert performance.kept() == performance.put_records
    assert performance.disk.files[PATH].durable == performance.disk.files[PATH].data
    assert performance.syncing.has_ended


def test_the_end_notices_that_the_file_was_removed_a_moment_before(performance):
    performance.put(OPENED, NOTE)
    performance.wait(1.0)
    performance.disk.remove_all()
    assert performance.finish() is None
    assert performance.kept() == performance.put_records


def test_a_set_that_could_not_be_written_to_its_end_finds_a_refuge(performance):
    performance.put(OPENED, NOTE)
    performance.wait(1.0)
    performance.disk.full = {FOLDER}
    performance.put(NOTE_OFF, Closed(2.0, 1, 0, 0))
    performance.wait(1.0)
    refuge = REFUGE / PATH.name
    assert performance.finish() == (
        f"cannot write the journal (No space left on device): the whole set is in {refuge}; "
        "free disk space in "
        "journals and move it there"
    )
    assert performance.kept(refuge) == performance.put_records
    assert performance.writer.path == refuge


def test_what_no_place_takes_is_said_to_be_lost(performance):
    performance.put(OPENED, NOTE)
    performance.wait(1.0)
    performance.disk.full = {FOLDER, REFUGE}
    performance.put(NOTE_OFF, Closed(2.0, 1, 0, 0))
    performance.wait(1.0)
    performance.put(note(7))
    assert performance.finish() == (
        "cannot write the journal (No space left on device): the last 3 lines of this set are lost"
    )
    assert performance.kept() == [OPENED, NOTE]


def test_the_end_does_not_wait_for_a_disk_that_does_not_answer():
    performance = Performance(SlowSyncing())
    performance.put(OPENED, NOTE)
    performance.wait(1.0)
    performance.put(NOTE_OFF)
    assert performance.finish() == f"the disk does not answer: {PATH} may lack the end of this set"
    assert performance.kept() == performance.put_records


class TestAnotherProcessBegan:
    """A writer that goes on with the file of one that was killed."""

    INTERRUPTED = Interrupted(2.0, 1, 1920, 2.5, "killed by SIGKILL")

    def killed(self, torn=b"", records=(OPENED, PROGRAM, NOTE)):
        performance = Performance()
        performance.put(*records)
        performance.wait(1.0)
        if performance.disk.files:
            performance.disk.files[PATH].data += torn
        return performance

    def back(self, performance):
        """Let another writer go on, on the same disk."""
        performance.syncing = SyncingAtOnce()
        disk = performance.disk
        performance.writer = JournalWriter(
            FOLDER, disk.new_file, performance.syncing, REFUGE, goes_on=True, old_file=disk.old_file
        )
        performance.put_records = [*performance.put_records, self.INTERRUPTED]
        performance.writer.put(OPENED)
        performance.writer.put(self.INTERRUPTED)
        return performance

    @pytest.mark.parametrize("torn", [b"", b"{", b'{"type":"sent","at":1.9', bytes(70)])
    def test_its_lines_stand_behind_the_whole_ones(self, torn):
        performance = self.back(self.killed(torn))
        performance.put(note(8), note(9))
        performance.wait(1.0)
        assert performance.kept() == performance.put_records
        assert performance.finish() is None
        assert performance.kept() == performance.put_records
        assert bytes(performance.disk.files[PATH].durable) == bytes(performance.disk.files[PATH].data)
        assert list(performance.disk.files) == [PATH]

    def test_without_another_note_the_interruption_is_written_too(self):
        performance = self.back(self.killed())
        performance.put(Closed(5.0, 1, 0, 0))
        assert performance.finish() is None
        assert performance.kept()[-2:] == [self.INTERRUPTED, Closed(5.0, 1, 0, 0)]

    def test_before_the_first_note_there_was_no_file_and_the_set_begins_now(self):
        performance = self.back(self.killed(records=(OPENED, PROGRAM)))
        performance.wait(1.0)
        assert performance.disk.files == {}
        performance.put(note(8))
        performance.wait(1.0)
        assert performance.kept() == [OPENED, self.INTERRUPTED, note(8)]

    def test_a_file_of_another_set_is_left_alone(self):
        performance = self.killed(records=(replace(OPENED, name="other"), NOTE))
        before = performance.kept()
        self.back(performance)
        performance.put(note(8))
        performance.wait(1.0)
        assert performance.kept() == before
        assert performance.kept(performance.writer.path) == [OPENED, self.INTERRUPTED, note(8)]

    def test_the_second_file_of_a_second_is_found(self):
        performance = self.killed(records=(replace(OPENED, name="other"), NOTE))
        other = Performance()
        other.disk = performance.disk
        other.writer = JournalWriter(FOLDER, other.disk.new_file, SyncingAtOnce(), REFUGE)
        other.put(OPENED, NOTE)
        other.wait(1.0)
        assert other.writer.path != PATH
        second = other.writer.path
        self.back(other)
        other.wait(1.0)
        assert other.writer.path == second
        assert other.kept(second) == [OPENED, NOTE, self.INTERRUPTED]

    def test_a_file_that_was_removed_meanwhile_is_made_again(self):
        performance = self.killed()
        performance.disk.remove_all()
        self.back(performance)
        performance.put(note(8))
        performance.wait(1.0)
        assert performance.kept() == [OPENED, self.INTERRUPTED, note(8)]

    def test_while_the_disk_fails_the_lines_wait(self):
        performance = self.killed()
        performance.disk.make_error = failure(errno.EACCES)
        self.back(performance)
        performance.put(note(8))
        performance.wait(1.0)
        assert performance.trouble.startswith(
            "cannot write the journal (Permission denied): the music goes on"
        )
        performance.disk.heal()
        performance.wait(2.0)
        assert performance.trouble is None
        assert performance.kept() == performance.put_records

    def test_if_the_disk_fails_to_the_end_what_came_since_is_elsewhere(self):
        performance = self.killed()
        before = performance.kept()
        self.back(performance)
        performance.put(note(8))
        performance.disk.make_error = failure(errno.EACCES)
        made = performance.disk.new_file

        def new_file(path):
            performance.disk.heal()
            return made(path)

        performance.writer._new_file = new_file
        lost = performance.finish()
        elsewhere = REFUGE / PATH.name
        assert lost.startswith(
            "cannot write the journal (Permission denied): what was played since segue was "
            f"interrupted is in {elsewhere}"
        )
        assert performance.kept(elsewhere) == [OPENED, self.INTERRUPTED, note(8)]
        assert performance.kept() == before

    def test_killed_again_it_goes_on_again(self):
        performance = self.back(self.killed())
        performance.put(note(8))
        performance.wait(1.0)
        performance.disk.files[PATH].data += b"{"
        self.back(performance)
        performance.put(note(9))
        performance.wait(1.0)
        assert performance.kept() == performance.put_records
