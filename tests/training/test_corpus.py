import os

import pytest

from tests.training.score import write_midi
from training import corpus
from training.corpus import CorpusError, Source, read_corpus

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


def test_all_folders_are_searched_and_pieces_stand_in_the_order_of_their_names(folder):
    read = read_corpus(folder, processes=1)
    assert [piece.name for piece in read.pieces] == ["b.mid", "inner/a.MID"]
    assert len(read) == 3
    assert read.unreadable == ()


def test_processes_read_what_one_process_reads(folder, own_cache):
    parallel = read_corpus(folder, processes=2)
    for entry in own_cache.rglob("*.json"):
        entry.unlink()
    assert parallel == read_corpus(folder, processes=1)


def test_an_unreadable_file_is_named_and_the_rest_is_read(folder):
    (folder / "broken.mid").write_bytes(b"MThd, but then no more")
    read = read_corpus(folder, processes=1)
    assert [piece.name for piece in read.pieces] == ["b.mid", "inner/a.MID"]
    [(name, reason)] = read.unreadable
    assert name == "broken.mid"
    assert reason


def test_a_file_without_notes_is_named(folder):
    write_midi(folder / "silence.mid", [[]])
    assert read_corpus(folder, processes=1).unreadable == (
        ("silence.mid", "no notes in its first instrument"),
    )


def test_progress_counts_every_file(folder):
    told = []
    read_corpus(folder, processes=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    read_corpus(folder, processes=1, progress=lambda done, total: told.append((done, total)))
    assert told[3:] == [(2, 2)]


def test_the_second_time_the_cache_answers_under_any_name(folder, monkeypatch):
    first = read_corpus(folder, processes=1)
    assert first.cached == 0
    monkeypatch.setattr(corpus, "read_piece", None)
    (folder / "b.mid").rename(folder / "c.mid")
    again = read_corpus(folder, processes=1)
    assert again.cached == 2
    assert [piece.name for piece in again.pieces] == ["c.mid", "inner/a.MID"]
    assert again.pieces[0].tokens == first.pieces[0].tokens


def test_a_spoilt_cache_entry_is_read_again(folder, own_cache):
    first = read_corpus(folder, processes=1)
    for entry in own_cache.rglob("*.json"):
        entry.write_text("{")
    again = read_corpus(folder, processes=1)
    assert again == first
    assert again.cached == 0
    assert read_corpus(folder, processes=1).cached == 2


def test_the_digest_changes_with_a_file(folder):
    before = read_corpus(folder, processes=1).digest
    write_midi(folder / "b.mid", [[[60], [61]]])
    assert read_corpus(folder, processes=1).digest != before


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(
        CorpusError, match=r"^the corpus must be a folder of music files, got '.*none', which"
    ):
        read_corpus(tmp_path / "none")


def test_an_empty_folder(tmp_path):
    with pytest.raises(
        CorpusError, match=r"^a corpus must hold music files \(\.mid, .*\), in '.*' it holds none$"
    ):
        read_corpus(tmp_path)


def test_a_folder_of_broken_files(tmp_path):
    (tmp_path / "a.mid").write_bytes(b"")
    with pytest.raises(CorpusError, match=r"none of its 1 files could be read: a\.mid: \w+"):
        read_corpus(tmp_path, processes=1)


def test_corpus_toml_says_whose_music_it_is(folder):
    assert read_corpus(folder, processes=1).source == Source()
    (folder / "corpus.toml").write_text('name = "Two"\nauthor = "Ann"\nlicence = "CC0"\nsource = "here"\n')
    assert read_corpus(folder, processes=1).source == Source("Two", "Ann", "CC0", "here")


def test_one_corpus_toml_serves_a_folder_of_folders(folder):
    (folder / "corpus.toml").write_text('name = "Both"\n')
    assert read_corpus(folder / "inner", source_folder=folder, processes=1).source.name == "Both"
    assert read_corpus(folder / "inner", processes=1).source == Source()


def test_a_file_that_is_not_there_and_one_with_an_old_name_are_told(folder):
    (folder / "broken.mid").symlink_to(folder / "gone.mid")
    music = next(folder.rglob("*.mid")).read_bytes()
    try:
        (folder / os.fsdecode(b"caf\xe9.mid")).write_bytes(music)
    except OSError:
        pytest.skip("this file system knows no such names")
    corpus = read_corpus(folder, processes=1)
    assert ("broken.mid", "No such file or directory") in corpus.unreadable
    assert "caf\\xe9.mid" in [piece.name for piece in corpus.pieces]
    assert corpus.digest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'license = "MIT"',
            "may say name, author, licence, source, each a line of text, got license = 'MIT'",
        ),
        ("name = 3", "each a line of text, got name = 3"),
        ('licence = """two\nlines"""', "each a line of text, got licence = "),
        ("name = ", "must be a TOML file, got one that cannot be read"),
    ],
)
def test_a_wrong_corpus_toml(folder, text, message):
    (folder / "corpus.toml").write_text(text)
    with pytest.raises(CorpusError, match=message):
        read_corpus(folder, processes=1)
