import hashlib
import os
from concurrent.futures import wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import pytest

from tests.presets.midi_files.midi_bytes import NOTE, midi_file, track
from tests.training.music import write_midi
from training.classic.trainer import READER
from training.corpus import reading
from training.corpus.description import About, CorpusError, Source
from training.corpus.reading import Reader, read_corpus

pytestmark = [
    pytest.mark.studio,
    # music21 leaves a file open that it cannot read.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def folder(tmp_path):
    write_midi(tmp_path / "music" / "b.mid", [[[60], [62]]])
    write_midi(tmp_path / "music" / "inner" / "a.MID", [[[64, 67]]])
    (tmp_path / "music" / "notes.txt").write_text("no music")
    return tmp_path / "music"


def unreadable(path: Path, name: str) -> None:
    raise AssertionError(f"{name} is in the cache")


def test_all_folders_are_searched_and_pieces_stand_in_the_order_of_their_names(folder):
    read = read_corpus(folder, READER, processes=1)
    assert [piece.name for piece in read.pieces] == ["b.mid", "inner/a.MID"]
    assert len(read) == 3
    assert read.unreadable == ()


def test_processes_read_what_one_process_reads(folder, own_cache):
    parallel = read_corpus(folder, READER, processes=2)
    for entry in own_cache.rglob("*.json"):
        entry.unlink()
    assert parallel == read_corpus(folder, READER, processes=1)


def test_an_unreadable_file_is_named_and_the_rest_is_read(folder):
    (folder / "broken.mid").write_bytes(b"MThd, but then no more")
    read = read_corpus(folder, READER, processes=1)
    assert [piece.name for piece in read.pieces] == ["b.mid", "inner/a.MID"]
    [(name, reason)] = read.unreadable
    assert name == "broken.mid"
    assert reason


def test_a_reason_of_segues_own_says_it_all_and_another_with_its_kind(folder):
    def refuse(path: Path, name: str) -> None:
        raise CorpusError("too short") if name == "b.mid" else ValueError("not whole")

    with pytest.raises(CorpusError, match=r"none of its 2 files could be read: b\.mid: too short$"):
        read_corpus(folder, replace(READER, read=refuse), processes=1)
    (folder / "b.mid").unlink()
    with pytest.raises(
        CorpusError, match=r"its file could not be read: inner/a\.MID: ValueError: not whole$"
    ):
        read_corpus(folder, replace(READER, read=refuse), processes=1)


def test_a_file_without_notes_is_named(folder):
    write_midi(folder / "silence.mid", [[]])
    assert read_corpus(folder, READER, processes=1).unreadable == (
        ("silence.mid", "no notes in its first instrument"),
    )


def test_progress_counts_every_file(folder):
    told = []
    read_corpus(folder, READER, processes=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    read_corpus(folder, READER, processes=1, progress=lambda done, total: told.append((done, total)))
    assert told[3:] == [(2, 2)]


def test_the_second_time_the_cache_answers_under_any_name(folder):
    first = read_corpus(folder, READER, processes=1)
    assert first.cached == 0
    (folder / "b.mid").rename(folder / "c.mid")
    again = read_corpus(folder, replace(READER, read=unreadable), processes=1)
    assert again.cached == 2
    assert [piece.name for piece in again.pieces] == ["c.mid", "inner/a.MID"]
    assert again.pieces[0].tokens == first.pieces[0].tokens


def test_a_spoilt_cache_entry_is_read_again(folder, own_cache):
    first = read_corpus(folder, READER, processes=1)
    for entry in own_cache.rglob("*.json"):
        entry.write_text("{")
    again = read_corpus(folder, READER, processes=1)
    assert again == first
    assert again.cached == 0
    assert read_corpus(folder, READER, processes=1).cached == 2


def test_the_digest_changes_with_a_file(folder):
    before = read_corpus(folder, READER, processes=1).digest
    write_midi(folder / "b.mid", [[[60], [61]]])
    assert read_corpus(folder, READER, processes=1).digest != before


def test_a_place_that_is_no_folder(tmp_path):
    place = tmp_path / "music"
    rule = "^the corpus must be a folder of music files and journals, or one such file, got '.*music', which "
    with pytest.raises(CorpusError, match=f"{rule}does not exist$"):
        read_corpus(place, READER)
    place.write_text("a file")
    with pytest.raises(CorpusError, match=f"{rule}is none of these$"):
        read_corpus(place, READER)
    reader = replace(READER, libraries={"books": dict}, collections={".poem": list})
    with pytest.raises(CorpusError, match=r"one such file, or books:NAME, or a \.poem file, got "):
        read_corpus(place, reader)


def test_an_empty_folder(tmp_path):
    with pytest.raises(CorpusError, match=r"^no readable music files \(\.mid, .*\) in '.*': there are none$"):
        read_corpus(tmp_path, READER)


def test_a_folder_of_broken_files(tmp_path):
    (tmp_path / "a.mid").write_bytes(b"")
    with pytest.raises(CorpusError, match=r"its file could not be read: a\.mid: \w+"):
        read_corpus(tmp_path, READER, processes=1)


def test_what_is_said_of_it_goes_with_it(folder):
    about = About(Source("Two", "Ann", "CC0", "here"))
    assert read_corpus(folder, READER, about, processes=1).about == about


def test_a_file_that_is_not_there_and_one_with_an_old_name_are_told(folder):
    (folder / "broken.mid").symlink_to(folder / "gone.mid")
    music = next(folder.rglob("*.mid")).read_bytes()
    try:
        (folder / os.fsdecode(b"caf\xe9.mid")).write_bytes(music)
    except OSError:
        pytest.skip("this file system knows no such names")
    corpus = read_corpus(folder, READER, processes=1)
    assert ("broken.mid", "No such file or directory") in corpus.unreadable
    assert "caf\\xe9.mid" in [piece.name for piece in corpus.pieces]
    assert corpus.digest


@dataclass(frozen=True)
class Poem:
    """What a reader of another kind might read."""

    name: str
    sha256: str
    words: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.words)

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "sha256": self.sha256, "words": self.words}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        return cls(value["name"], value["sha256"], tuple(value["words"]))


def read_poem(path: Path, name: str) -> Poem:
    data = path.read_bytes()
    return Poem(name, hashlib.sha256(data).hexdigest(), tuple(data.decode().split()))


POEMS = Reader("poems-1", (".txt",), read_poem, Poem.from_json, "no words")


def test_it_reads_whatever_a_kind_calls_a_piece(folder):
    (folder / "blank.txt").write_text(" ")
    for cached in (0, 1):
        read = read_corpus(folder, POEMS, processes=1)
        assert [(piece.name, piece.words) for piece in read.pieces] == [("notes.txt", ("no", "music"))]
        assert read.unreadable == (("blank.txt", "no words"),)
        assert read.cached == cached


def test_each_version_of_a_reader_has_a_cache_of_its_own(folder):
    read_corpus(folder, POEMS, processes=1)
    assert read_corpus(folder, replace(POEMS, version="poems-2"), processes=1).cached == 0


def test_a_library_lists_its_corpora_itself(folder):
    asked = []

    def shelf(corpus: str) -> dict[str, Path]:
        asked.append(corpus)
        return {"ode": folder / "notes.txt"}

    reader = replace(POEMS, libraries={"books": shelf})
    assert [piece.name for piece in read_corpus(Path("books:verse"), reader, processes=1).pieces] == ["ode"]
    assert asked == ["verse"]
    with pytest.raises(
        CorpusError,
        match=r"^the corpus must be a folder of music files and journals, or one such file, got 'books",
    ):
        read_corpus(Path("books:verse"), POEMS, processes=1)


@pytest.fixture
def pipe(folder, monkeypatch):
    """A file that is there once somebody writes it: a named pipe. Whatever is read counts as slow at once."""
    monkeypatch.setattr(reading, "SLOW_SECONDS", 0.0)
    monkeypatch.setattr(reading, "_find_cached", lambda paths, cache: ({}, {}))
    path = folder / "pipe.txt"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("processes", [1, 2])
def test_a_file_that_takes_long_is_named_while_it_is_read(pipe, processes):
    named = []

    def write_it(name: str) -> None:
        named.append(name)
        if name == "pipe.txt":
            pipe.write_text("at last")

    corpus = read_corpus(pipe.parent, POEMS, processes=processes, slow=write_it)
    assert "pipe.txt" in named
    assert [piece.words for piece in corpus.pieces] == [("no", "music"), ("at", "last")]


def test_ctrl_c_leaves_out_the_file_that_takes_long_and_the_others_are_read(pipe, monkeypatch):
    named = []

    def wait_or_press_ctrl_c(reading_now, patience, when):
        if len(reading_now) > 1:
            return wait(reading_now, None, when)  # until the other one is read
        if "pipe.txt" in named:
            raise KeyboardInterrupt
        return wait(reading_now, 0.0, when)

    monkeypatch.setattr(reading, "wait", wait_or_press_ctrl_c)
    corpus = read_corpus(pipe.parent, POEMS, processes=2, slow=named.append)
    assert [piece.name for piece in corpus.pieces] == ["notes.txt"]
    assert corpus.unreadable == (("pipe.txt", reading.LEFT_OUT),)


def test_ctrl_c_ends_the_reading_where_no_file_takes_long(folder, monkeypatch):
    def press_ctrl_c(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_corpus(folder, POEMS, processes=1, progress=press_ctrl_c)
    monkeypatch.setattr(reading, "wait", press_ctrl_c)
    (folder / "more.txt").write_text("more")
    with pytest.raises(KeyboardInterrupt):
        read_corpus(folder, POEMS, processes=2)


def test_what_was_ignored_in_a_file_goes_with_the_corpus_and_through_the_cache(folder):
    (folder / "odd.kar").write_bytes(midi_file(track("00 ff 58 04 00 02 18 08"), NOTE))
    for _ in range(2):
        corpus = read_corpus(folder, READER, processes=1)
        assert corpus.remarks == (
            ("odd.kar", "ignored the time signature 0/4 at byte 22, which segue does not know"),
        )
