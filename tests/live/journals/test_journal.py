"""The journal in a thread of its own, on the disk."""

from threading import Event

from live.journals import journal as journal_module
from live.journals.journal import Journal
from live.journals.journal_writer import JournalWriter
from presets.sets.reader import read_journal
from presets.sets.records import Closed
from tests.live.journals.memory_disk import MemoryDisk
from tests.presets.sets.journal_records import NOTE, NOTE_OFF, OPENED, PROGRAM

CLOSED = Closed(1.0, 1, 0, 0)


def test_a_set_is_on_the_disk_when_it_is_closed(tmp_path):
    journal = Journal(tmp_path / "journals")
    for record in (OPENED, NOTE, NOTE_OFF, CLOSED):
        journal.put(record)
    assert journal.close() is None
    assert journal.trouble is None
    assert journal.id == "2026-11-21-193000"
    assert read_journal(journal.path).records == (OPENED, NOTE, NOTE_OFF, CLOSED)


def test_a_performance_without_a_note_leaves_no_folder(tmp_path):
    journal = Journal(tmp_path / "journals")
    journal.put(OPENED)
    journal.put(PROGRAM)
    assert journal.close() is None
    assert (journal.path, journal.id) == (None, None)
    assert not (tmp_path / "journals").exists()


def test_a_journal_that_got_nothing_can_be_closed(tmp_path):
    assert Journal(tmp_path).close() is None


def test_a_disk_that_does_not_answer_does_not_keep_segue_from_leaving(tmp_path, monkeypatch):
    asked, may_answer = Event(), Event()
    disk = MemoryDisk()

    def new_file(path):
        asked.set()
        may_answer.wait(60.0)
        return disk.new_file(path)

    monkeypatch.setattr(
        journal_module, "JournalWriter", lambda folder, goes_on: JournalWriter(folder, new_file)
    )
    monkeypatch.setattr(journal_module, "CLOSE_SECONDS", 0.0)
    journal = Journal(tmp_path)
    journal.put(OPENED)
    journal.put(NOTE)
    assert asked.wait(60.0)
    journal.put(CLOSED)
    assert journal.close() == "the disk does not answer: the last 3 lines of this set's journal may be lost"
    may_answer.set()


def test_a_fault_of_segues_own_is_said_and_raises_nothing(tmp_path, monkeypatch):
    failed = Event()

    class Broken(JournalWriter):
        def pump(self, now):
            failed.set()
            raise RuntimeError("oh")

    monkeypatch.setattr(journal_module, "JournalWriter", Broken)
    journal = Journal(tmp_path)
    journal.put(OPENED)
    assert failed.wait(60.0)
    words = "the journal ends here because of a bug in segue: RuntimeError('oh')"
    assert journal.close() == words
    assert journal.trouble == words
