"""Journals as files: those that were broken off, and how one is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.errors import UsageError
from presets.sets.lines import to_line
from presets.sets.reader import (
    JournalError,
    find_journal,
    journals_folder,
    list_journals,
    read_journal,
    records_in,
)
from presets.sets.records import Closed
from tests.presets.sets.journal_records import NOTE, NOTE_OFF, OPENED, records

CLOSED = Closed(4.0, 2, 0, 0)
SET = (OPENED, NOTE, NOTE_OFF, CLOSED)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGUE_DATA", str(tmp_path))
    journals_folder().mkdir()
    return journals_folder()


def written(*some):
    return "".join(to_line(record) for record in some).encode()


def keep(name, content=None):
    path = journals_folder() / f"{name}.jsonl"
    path.write_bytes(written(*SET) if content is None else content)
    return path


def test_a_set_that_was_ended_is_read_whole():
    journal = read_journal(keep("2026-11-21-193000"))
    assert journal.id == "2026-11-21-193000"
    assert (journal.records, journal.unreadable, journal.is_closed) == (SET, 0, True)


def test_a_set_that_was_broken_off_is_read_up_to_its_last_whole_line():
    journal = read_journal(keep("torn", written(OPENED, NOTE) + written(NOTE_OFF)[:-1]))
    assert (journal.records, journal.unreadable, journal.is_closed) == ((OPENED, NOTE), 1, False)


def test_a_line_that_the_power_left_empty_is_passed_over_and_counted():
    journal = read_journal(keep("power", written(OPENED) + bytes(512) + b"\n" + written(NOTE) + bytes(4096)))
    assert (journal.records, journal.unreadable, journal.is_closed) == ((OPENED, NOTE), 2, False)


@given(st.lists(records, max_size=8), st.data())
def test_whatever_a_crash_leaves_of_a_journal_reads_as_its_beginning(some, data):
    whole = written(*some)
    length = data.draw(st.integers(0, len(whole)))
    read, unreadable = records_in(whole[:length] + bytes(data.draw(st.integers(0, 20))))
    assert read == tuple(some[: len(read)])
    assert len(read) == whole[:length].count(b"\n")
    assert unreadable <= 1


@given(st.binary())
def test_no_bytes_do_harm(some):
    records_in(some)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it has no line of a journal"),
        (b"MThd\x00\x00\x00\x06", "it has no line of a journal"),
        (b"# Notes\n\nTo be played louder.\n", "it has no line of a journal"),
        (to_line(OPENED).replace('"format":1', '"format":3').encode(), "it has format 3, but this version"),
    ],
)
def test_what_is_no_journal_is_refused(content, reason):
    with pytest.raises(JournalError, match=rf"^journal 'other\.jsonl' in .*: {reason}"):
        read_journal(keep("other", content))


def test_a_journal_that_is_not_there_is_said(folder):
    with pytest.raises(JournalError, match=r"cannot read it: No such file or directory$"):
        read_journal(folder / "nowhere.jsonl")


def test_the_newest_stands_last():
    names = ["2026-11-21-193000-10", "2026-11-21-193000", "2026-01-03-100000", "2026-11-21-193000-2"]
    for name in names:
        keep(name)
    assert [path.stem for path in list_journals()] == [
        "2026-01-03-100000",
        "2026-11-21-193000",
        "2026-11-21-193000-2",
        "2026-11-21-193000-10",
    ]


def test_files_of_others_and_empty_ones_are_no_journals(folder):
    keep("2026-11-21-193000", b"")
    (folder / "notes.txt").write_text("louder")
    (folder / "a.jsonl").mkdir()
    assert list_journals() == []


def test_another_folder_has_its_own_journals(tmp_path):
    keep("2026-11-21-193000")
    assert list_journals(tmp_path) == []


def test_a_set_is_found_by_its_id_or_the_beginning_of_it_or_as_the_last():
    first, second = keep("2026-11-21-193000"), keep("2026-11-21-193000-2")
    later = keep("2026-11-22-200000")
    assert find_journal("2026-11-21-193000") == first
    assert find_journal("2026-11-21-193000-") == second
    assert find_journal("2026-11-22") == later
    assert find_journal("last") == later


def test_a_set_is_found_by_its_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_journal("other.jsonl") == tmp_path / "other.jsonl"
    assert find_journal(str(tmp_path / "other")) == tmp_path / "other"


def test_a_link_that_leads_to_itself_is_no_journal(tmp_path):
    link = tmp_path / "loop.jsonl"
    link.symlink_to(link)
    with pytest.raises(JournalError, match=r"^journal 'loop\.jsonl' in .*: cannot read it: "):
        read_journal(find_journal(str(link)))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "2026-11-2",
            "2 sets begin with '2026-11-2', such as 2026-11-21-193000, 2026-11-22-200000: add more of the ID",
        ),
        ("2025-11-22", "there is no set '2025-11-22'; sets here: 2026-11-22-200000, 2026-11-21-193000"),
        ("", "there is no set ''; sets here: .*"),
    ],
)
def test_what_is_not_clear_is_asked_back(name, words):
    keep("2026-11-21-193000")
    keep("2026-11-22-200000")
    with pytest.raises(UsageError, match=f"^{words}$"):
        find_journal(name)


def test_without_sets_it_is_said_where_they_come_from():
    with pytest.raises(
        UsageError, match=r"^there is no journal in .*: `segue play` writes one for each set$"
    ):
        find_journal("last")
