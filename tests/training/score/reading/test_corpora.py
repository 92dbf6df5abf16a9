import os
from collections import Counter
from pathlib import Path

import pytest

import training
from presets.music.encoding import remember
from tests.training.score.reading.midi_rows import assert_representable, layout_of, write_again
from training.corpus.description import read_about
from training.score.reading.layout import Layout, layout_from_toml
from training.score.reading.library import list_scores
from training.score.reading.midi_reader import read_midi
from training.score.reading.piece import ScorePiece
from training.score.reading.reader import read_piece
from training.score.reading.split import split

CORPORA = Path(os.environ.get("SEGUE_CORPORA", Path(__file__).parents[5] / "shared" / "corpora"))
DESCRIPTIONS = sorted((Path(training.__file__).parent / "corpora").glob("*.toml"))
FOLDERS = {"chopin": "chopin", "folk": "nottingham", "pop": "pop909"}

corpus = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not all((CORPORA / folder).is_dir() for folder in FOLDERS.values()),
        reason="SEGUE_CORPORA names no folder with the corpora",
    ),
]


def layout_named(name: str) -> Layout:
    description = next(path for path in DESCRIPTIONS if path.stem == name)
    return layout_from_toml(read_about(description).layout)


def read_folder(name: str, every: int = 1) -> list[ScorePiece]:
    folder = CORPORA / FOLDERS[name]
    paths = sorted(folder.rglob("*.mid"))[::every]
    return [read_piece(path, path.name, layout_named(name)) for path in paths]


def assert_round_trip(folder: Path, piece: ScorePiece, layout: Layout) -> None:
    """Check that the piece is told and written without loss but for the steps of the tables."""
    parts = max(1, len(layout.parts))
    assert_representable(piece)
    again = read_midi(
        write_again(folder / "again.mid", piece, parts), piece.name, layout_of(parts, layout.bars)
    )
    assert [remember(event, parts) for event in again.events] == [
        remember(event, parts) for event in piece.events
    ]
    assert again.positions == piece.positions


@pytest.mark.parametrize("path", DESCRIPTIONS, ids=lambda path: path.stem)
def test_each_description_says_whose_music_it_is_and_how_it_is_laid_out(path: Path) -> None:
    about = read_about(path)
    assert all((about.source.name, about.source.author, about.source.licence, about.source.source))
    parts = layout_from_toml(about.layout).parts
    assert [part.channel for part in parts] == list(range(len(parts)))
    assert all(part.program is not None for part in parts)


def test_the_four_presets_have_descriptions_and_so_have_two_corpora_of_two_hands() -> None:
    assert [path.stem for path in DESCRIPTIONS] == ["bach", "chopin-hands", "chopin", "folk", "piano", "pop"]


@pytest.mark.studio
def test_chorales_of_music21_go_to_events_and_back(tmp_path: Path) -> None:
    layout, scores = layout_named("bach"), list_scores("bach")
    for name in ("bach/bwv1.6.mxl", "bach/bwv66.6.mxl", "bach/bwv124.6.mxl", "bach/bwv253.mxl"):
        piece = read_piece(scores[name], name, layout)
        assert {note.part for event in piece.events for note in event.notes} == {0, 1, 2, 3}
        assert_round_trip(tmp_path, piece, layout)


class TestFolders:
    pytestmark = corpus

    @pytest.mark.parametrize(("name", "every"), [("chopin", 6), ("folk", 40), ("pop", 100)])
    def test_a_sample_of_each_goes_to_events_and_back(self, tmp_path: Path, name: str, every: int) -> None:
        pieces = read_folder(name, every)
        assert len(pieces) >= 9
        for piece in pieces:
            assert_round_trip(tmp_path, piece, layout_named(name))

    @pytest.mark.slow
    def test_there_are_46_pieces_by_chopin_of_which_the_corpus_names_five_for_the_test(self) -> None:
        pieces = read_folder("chopin")
        assert len(pieces) == 51
        parted = split(pieces, layout_named("chopin"))
        assert len(parted.train) + len(parted.valid) + len(parted.test) == 46
        assert len(parted.duplicates) == 5
        assert parted.test == tuple(
            f"{name}_format0.mid"
            for name in ("chpn-p15", "chpn-p23", "chpn_op10_e05", "chpn_op27_2", "chpn_op7_2")
        )

    def test_the_beats_of_pop_songs_are_found(self) -> None:
        """Half of the notes lie on a beat; where the files put their beats, they lie anywhere."""
        places = Counter(
            position.tick for piece in read_folder("pop", every=80) for position in piece.positions
        )
        assert places[0] > 0.3 * places.total()
        assert places[0] + places[120] + places[240] + places[360] > 0.85 * places.total()
