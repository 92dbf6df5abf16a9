import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corpus.reading import read_corpus
from training.score.learning.plan import ScorePlan, ScoreRecipe
from training.score.learning.run import ScoreRun
from training.score.learning.trainer import score_reader
from training.score.reading.frames import FramesError, read_frames
from training.score.reading.piece import ScorePiece
from training.score.reading.split import OWN_RULE

pytestmark = pytest.mark.studio

Chorale = Sequence[Sequence[int]]
CHORD = [60, 64, 67]


def write_frames(
    path: Path, train: Sequence[Chorale], valid: Sequence[Chorale], test: Sequence[Chorale]
) -> Path:
    path.write_text(json.dumps({"train": train, "valid": valid, "test": test}))
    return path


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(0)

    def chorale() -> Chorale:
        chords = [CHORD, [59, 62, 67], [60, 65, 69], []]
        return [CHORD, *(chords[rng.integers(4)] for _ in range(20)), CHORD]

    path = tmp_path_factory.mktemp("frames") / "chorales.json"
    return write_frames(path, [chorale() for _ in range(6)], [chorale()], [chorale(), chorale()])


def test_an_official_split_is_kept(frames: Path, tmp_path: Path) -> None:
    corpus = read_corpus(frames, score_reader({}))
    plan = ScorePlan(ScoreRecipe("score"), epochs=1, window=16)
    run = ScoreRun.create(tmp_path / "run", plan, corpus, "segue train --recipe score")
    assert [piece.name for piece in run.pieces("valid")] == ["valid/000"]
    assert [piece.name for piece in run.pieces("test")] == ["test/000", "test/001"]
    assert len(run.pieces("train")) == 6
    assert run.facts()["corpus"]["split"] == OWN_RULE


def test_an_official_split_keeps_its_duplicates(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "same.json", [[CHORD], [CHORD]], [[CHORD]], [[CHORD]])
    pieces = read_corpus(path, score_reader({})).pieces
    assert [piece.name for piece in pieces] == ["train/000", "train/001", "valid/000", "test/000"]


def test_a_silent_frame_is_a_longer_interval(frames: Path) -> None:
    for piece in read_frames(frames).pieces:
        assert sum(event.ioi for event in piece.events) == 21 * 480


def test_every_frame_of_a_set_counts(frames: Path) -> None:
    assert read_frames(frames).counts == {"train": 6 * 22, "valid": 22, "test": 2 * 22}


def frames_of(piece: ScorePiece) -> list[list[int]]:
    """Return what a file would hold of a piece, from its first note to its last."""
    rows: list[list[int]] = []
    for event in piece.events:
        rows += [[] for _ in range(event.ioi // 480 - 1)]
        rows.append(list(event.note_numbers))
    return rows


@given(st.lists(st.lists(st.integers(0, 127), max_size=4), min_size=1, max_size=12))
def test_no_note_and_no_silence_between_notes_is_lost(
    tmp_path_factory: pytest.TempPathFactory, chorale: list[list[int]]
) -> None:
    path = tmp_path_factory.mktemp("frames") / "one.json"
    piece, *_ = read_frames(write_frames(path, [[*chorale, CHORD]], [[CHORD]], [[CHORD]])).pieces
    kept = [sorted(set(notes)) for notes in [*chorale, CHORD]]
    while not kept[0]:
        kept.pop(0)  # Before its first note a piece has no time.
    assert frames_of(piece) == kept


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "must hold train, valid, test"),
        ('{"train": [], "valid": [], "tests": []}', "must hold train, valid, test"),
        ('{"train": [[["c"]]], "valid": [], "test": []}', "lists of notes"),
        ("no json", "lists of notes"),
        ("7", "lists of notes"),
        ('{"train": [[[60]]], "valid": [[[60]]], "test": []}', r"must hold a piece, got none in test of "),
        (
            '{"train": [[[60]], [[128]]], "valid": [], "test": []}',
            r"train/001: a note number must be 0\.\.127",
        ),
        ('{"train": [[[60]]], "valid": [[[], []]], "test": []}', "valid/000: a piece must have at least one"),
        ('{"train": [[[Infinity]]], "valid": [], "test": []}', "train/000: cannot convert float infinity"),
        ('{"train": 5, "valid": [], "test": []}', "lists of notes"),
    ],
)
def test_a_file_of_something_else_is_refused(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(FramesError, match=said):
        read_frames(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FramesError, match=r"^cannot read the frames '.*none\.json': No such file"):
        read_corpus(tmp_path / "none.json", score_reader({}))
