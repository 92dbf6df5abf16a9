from pathlib import Path

import pytest

from training.corpus.description import About, CorpusError, Source, read_about, read_about_folder

pytestmark = pytest.mark.studio


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "corpus.toml"


def test_it_says_whose_music_it_is(tmp_path, file):
    assert read_about_folder(tmp_path) == About()
    file.write_text('name = "Two"\nauthor = "Ann"\nlicence = "CC0"\nsource = "here"\n')
    assert read_about_folder(tmp_path) == About(Source("Two", "Ann", "CC0", "here"))


def test_it_says_how_the_music_is_laid_out(file):
    file.write_text(
        'name = "Two"\ngrid = 4\nbars = false\ntest = ["a"]\n[[parts]]\nname = "piano"\ntracks = [0]\n'
    )
    about = read_about(file)
    assert about.source == Source("Two")
    assert about.layout == {
        "grid": 4,
        "bars": False,
        "test": ["a"],
        "parts": [{"name": "piano", "tracks": [0]}],
    }


def test_a_description_that_was_asked_for_must_be_there(tmp_path):
    with pytest.raises(CorpusError, match=r"none\.toml as a TOML file: No such file or direc"):
        read_about(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'license = "MIT"',
            r"may have name, author, licence, source, each .*, got license = 'MIT'; did you mean licence\?$",
        ),
        ("name = 3", "got name = 3$"),
        ("part = 3", r"got part = 3; did you mean parts\?$"),
        ('licence = """two\nlines"""', "got licence = "),
        ("name = ", "as a TOML file: "),
    ],
)
def test_a_wrong_one(file, text, message):
    file.write_text(text)
    with pytest.raises(CorpusError, match=message):
        read_about(file)
