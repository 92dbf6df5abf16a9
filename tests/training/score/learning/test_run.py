import dataclasses
import math
import shutil

import pytest

from presets.music.encoding import Position
from presets.music.event import PPQ
from tests.training.score.learning.lines import climb
from training.corpus.description import About, Source
from training.corpus.reading import Corpus
from training.runs.fitting import fit
from training.runs.history import Epoch, read_history
from training.runs.run_folder import RunError
from training.score.learning.plan import ScorePlan, ScoreRecipe
from training.score.learning.run import ScoreRun
from training.score.learning.trainer import SCORE_TRAINER
from training.score.reading.layout import LayoutError

pytestmark = pytest.mark.studio

TINY = ScoreRecipe("score", lstm_units=4, event_units=4, head_units=4, batch=4, window=16)
LAYOUT = {"test": ["03"], "bars": False}


@pytest.fixture
def corpus():
    pieces = [climb(f"{number:02}.mid", 20 + 10 * number, step=number) for number in range(1, 12)]
    again = dataclasses.replace(pieces[0], name="12.mid", sha256="another")
    about = About(Source("Climbing", "Ann"), LAYOUT)
    return Corpus(about, (*pieces, again), (("broken.mid", "no header"),))


@pytest.fixture
def plan():
    return ScorePlan(TINY, epochs=2, window=16)


def test_it_is_read_as_it_was_made(tmp_path, plan, corpus):
    run = ScoreRun.create(tmp_path / "run", plan, corpus, "segue train --recipe score")
    assert ScoreRun.open(tmp_path / "run") == run
    assert run.layout.bars is False
    assert run.parts == 1
    facts = run.facts()
    assert facts["family"] == "score"
    assert facts["plan"]["epochs"] == 2
    assert facts["corpus"]["layout"] == LAYOUT
    assert facts["corpus"]["files"]["12.mid"] == "another"
    assert facts["corpus"]["duplicates"] == {"12.mid": "01.mid"}
    assert facts["corpus"]["unreadable"] == {"broken.mid": "no header"}
    assert facts["corpus"]["split"].startswith("Pieces with the same notes")


def test_each_piece_has_one_role(tmp_path, plan, corpus):
    run = ScoreRun.create(tmp_path / "run", plan, corpus, "")
    names = {role: [piece.name for piece in run.pieces(role)] for role in ("train", "valid", "test")}
    assert names["test"] == run.facts()["corpus"]["test"] == ["03.mid"]
    assert names["valid"] == run.facts()["corpus"]["valid"] != []
    assert sorted(name for found in names.values() for name in found) == [
        piece.name for piece in corpus.pieces[:-1]
    ]


def test_seeds_are_of_pieces_that_were_not_trained_on_with_their_place_in_the_bar(tmp_path, plan, corpus):
    run = ScoreRun.create(tmp_path / "run", plan, corpus, "")
    beginnings = [piece.events[:100] for piece in (*run.pieces("valid"), *run.pieces("test"))]
    seeds = run.seeds()
    assert len(seeds) == len(beginnings) == 2
    assert all(seed.window.events in beginnings for seed in seeds)
    assert seeds[0].position == Position(0, 4 * PPQ)


def test_where_nothing_validates_seeds_are_of_the_training_pieces(tmp_path, plan):
    corpus = Corpus(About(Source("Two")), (climb("a.mid", 300, step=1), climb("b.mid", 200, step=2)))
    run = ScoreRun.create(tmp_path / "run", plan, corpus, "")
    assert run.pieces("valid") == []
    assert len(run.seeds()) == 8


def test_the_report_names_every_file_and_the_rule(tmp_path, plan, corpus):
    run = ScoreRun.create(tmp_path / "run", plan, corpus, "")
    report = (tmp_path / "run" / "corpus.txt").read_text()
    assert report.startswith("11 pieces, 880 events, 1 part; training on ")
    assert run.facts()["corpus"]["split"] in report
    assert "      50 events  03.mid  (test)\n" in report
    assert "12.mid  (left out, a duplicate of 01.mid)\n" in report
    assert "left out  broken.mid: no header\n" in report


def test_a_corpus_too_small(tmp_path, corpus):
    with pytest.raises(
        RunError,
        match=r"^a corpus must have at least 1001 events to train on rows of 1000, got \d+ in \d pieces: add",
    ):
        ScoreRun.create(tmp_path / "run", ScorePlan(TINY, 2, window=1000), corpus, "")
    assert not (tmp_path / "run").exists()


def test_a_part_that_nobody_plays(tmp_path, plan, corpus):
    parts = [{"name": "piano", "tracks": [0]}, {"name": "flute", "tracks": ["FLUTE"]}]
    about = About(layout={**LAYOUT, "parts": parts})
    with pytest.raises(
        LayoutError, match=r"got none for 'flute' in 9 pieces: correct its `tracks` in the desc"
    ):
        ScoreRun.create(tmp_path / "run", plan, dataclasses.replace(corpus, about=about), "")
    assert not (tmp_path / "run").exists()


def test_where_nothing_validates_the_summary_says_so(tmp_path, plan):
    corpus = Corpus(About(), (climb("a.mid", 30, step=1),))
    assert ScoreRun.create(tmp_path / "run", plan, corpus, "").summary() == (
        "1 piece, 30 events, 1 part; training on 1 piece, 30 events; none to choose the epoch, 0 to test"
    )


def test_a_run_is_resumed_with_what_it_began_with(tmp_path, plan, corpus):
    run = ScoreRun.create(tmp_path / "run", plan, corpus, "")
    run.check_same(plan, corpus)
    with pytest.raises(
        RunError, match=r"run' with other epochs, because .*: it was planned for 2, got 3: .*-epochs 2, or"
    ):
        run.check_same(dataclasses.replace(plan, epochs=3), corpus)
    with pytest.raises(RunError, match=r"its window is 16, got 32: use the same ones"):
        run.check_same(dataclasses.replace(plan, window=32), corpus)
    other = dataclasses.replace(TINY, dropout=0.0)
    with pytest.raises(RunError, match=r"its recipe's dropout is 0\.4, got 0\.0: use the same ones"):
        run.check_same(dataclasses.replace(plan, recipe=other), corpus)
    elsewhere = dataclasses.replace(corpus, about=About(layout={**LAYOUT, "grid": 4}))
    with pytest.raises(RunError, match=r"its corpus has another layout: use the same ones"):
        run.check_same(plan, elsewhere)


class Nobody:
    def updated(self, *_: object) -> None:
        pass

    def ended_epoch(self, *_: object) -> None:
        pass


@pytest.mark.slow
def test_a_resumed_run_goes_as_an_uninterrupted_one(tmp_path, plan):
    class Copyist(Nobody):
        def ended_epoch(self, epoch: Epoch, best: bool) -> None:
            if epoch.epoch == 1:
                # What is there when the power fails in the second.
                shutil.copytree(tmp_path / "straight", tmp_path / "broken")

    # With a blank row each they fill rows of 16, and batches of 4: one shape to compile.
    corpus = Corpus(About(), tuple(climb(f"{step}.mid", 63, step) for step in (1, 5, 7)))
    straight = ScoreRun.create(tmp_path / "straight", plan, corpus, "")
    assert fit(straight, SCORE_TRAINER.examples(straight), 2, math.inf, Copyist()) == "epochs"
    broken = ScoreRun.open(tmp_path / "broken")
    assert fit(broken, SCORE_TRAINER.examples(broken), 2, math.inf, Nobody()) == "epochs"
    losses = [
        [(epoch.loss, epoch.held_out_loss) for epoch in read_history(run.history_path)]
        for run in (straight, broken)
    ]
    assert len(losses[0]) == 2
    for (loss, held_out), (other_loss, other_held_out) in zip(*losses, strict=True):
        assert loss == pytest.approx(other_loss)
        assert held_out == pytest.approx(other_held_out)
