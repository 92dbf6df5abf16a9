import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from tests.training.score.reading.midi_rows import note, write_rows
from training.corpus.description import CorpusError
from training.score.reading.layout import Layout, PartSource
from training.score.reading.library import list_scores
from training.score.reading.piece import PieceError
from training.score.reading.reader import describe_reader, read_piece

pytestmark = pytest.mark.studio

TUNE = "X:1\nT:a\nM:3/4\nL:1/4\nK:C\nC D E |]\n"
LAYOUT = Layout((PartSource("melody", (0,), channel=0, program=73),), grid=12)


def test_the_suffix_chooses_the_reader_whatever_its_case(tmp_path: Path) -> None:
    midi = write_rows(tmp_path / "a.MID", note(0, 60, 480))
    (tmp_path / "a.abc").write_text(TUNE)
    assert len(read_piece(midi, "a.MID", Layout())) == 1
    assert len(read_piece(tmp_path / "a.abc", "a.abc", Layout())) == 3


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PieceError, match=r"got a\.wav"):
        read_piece(tmp_path / "a.wav", "a.wav", Layout())


def test_reading_midi_does_not_load_music21(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.mid", note(0, 60, 480))
    program = (
        "import sys; from pathlib import Path; from training.score.reading.layout import Layout;"
        "from training.score.reading.library import list_scores;"
        "from training.score.reading.reader import read_piece;"
        "read_piece(Path(sys.argv[1]), 'a', Layout()); list_scores('bach');"
        "sys.exit('music21' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, path], check=True)


def test_the_key_of_the_cache_is_all_that_reading_depends_on() -> None:
    key = describe_reader(LAYOUT)
    for change in ({"grid": 4}, {"bars": False}, {"bars": False, "beats": False}, {"parts": ()}):
        assert describe_reader(dataclasses.replace(LAYOUT, **change)) != key
    renamed = PartSource("lead", (0,), channel=3, program=1)
    assert describe_reader(dataclasses.replace(LAYOUT, test=("a",), parts=(renamed,))) == key
    assert "/" not in key


def test_the_bach_chorales_of_music21_are_a_corpus() -> None:
    scores = list_scores("bach")
    assert {"bach/bwv66.6.mxl", "bach/bwv277.krn"} <= scores.keys()
    assert all(path.is_file() and path.suffix in (".mxl", ".xml", ".krn") for path in scores.values())


@pytest.mark.parametrize("name", ["", "..", "bachh", "bach/../bach", "license.txt"])
def test_another_corpus_of_music21_is_refused_with_those_it_has(name: str) -> None:
    with pytest.raises(CorpusError, match=r"\(airdsAirs, bach, .*ryansMammoth"):
        list_scores(name)
