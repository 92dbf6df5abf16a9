"""A run that goes on from another one: what it takes over, and what that one may not have learnt."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.score.reading.test_split import piece_of, tune
from training.corpus.description import About
from training.corpus.reading import Corpus
from training.runs.fitting import fit
from training.runs.history import Epoch, read_history
from training.runs.run_folder import RunError
from training.score.learning.network import build_network
from training.score.learning.plan import ScorePlan, ScoreRecipe
from training.score.learning.run import ScoreRun
from training.score.learning.trainer import SCORE_TRAINER

pytestmark = pytest.mark.studio

RECIPE = ScoreRecipe("score", lstm_units=4, event_units=4, head_units=4, outline_units=4, batch=2)
PLAN = ScorePlan(RECIPE, epochs=1, window=8)
LATER = replace(PLAN, goes_on=True)


class Nobody:
    def updated(self, epoch: int, loss: float, targets: int, seconds: float) -> None:
        pass

    def ended_epoch(self, epoch: Epoch, best: bool) -> None:
        pass


def corpus_of(*numbers: int, parts: int = 1, **layout: object) -> Corpus:
    named = [{"name": f"part {number}", "tracks": [number]} for number in range(parts)]
    pieces = tuple(piece_of(f"{number:02}.mid", tune(number)) for number in numbers)
    return Corpus(About(layout={"bars": False, "parts": named, **layout}), pieces)


def train(folder: Path, corpus: Corpus, plan: ScorePlan = PLAN, start: ScoreRun | None = None) -> ScoreRun:
    run = ScoreRun.create(folder, plan, corpus, f"segue train --run {folder.name}", start)
    run.add_facts(backend="none", versions={})
    fit(run, SCORE_TRAINER.examples(run), plan.epochs, math.inf, Nobody())
    return run


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> ScoreRun:
    return train(tmp_path_factory.mktemp("runs") / "large", corpus_of(*range(1, 8), leave_out=["07"]))


def test_it_begins_with_the_best_weights_of_the_other_one(large: ScoreRun, tmp_path: Path) -> None:
    run = ScoreRun.create(tmp_path / "run", LATER, corpus_of(20, 21, 22), "", large)
    learnt = build_network(RECIPE, 1).training
    fresh = learnt.get_weights()
    learnt.load_weights(large.best_path)
    begun = SCORE_TRAINER.examples(run).new_network()
    for was, now in zip(learnt.get_weights(), begun.get_weights(), strict=True):
        np.testing.assert_array_equal(was, now)
    assert any((one != other).any() for one, other in zip(fresh, begun.get_weights(), strict=True))
    assert float(begun.optimizer.learning_rate) == pytest.approx(RECIPE.later_rate)


def test_it_keeps_all_that_led_to_it(large: ScoreRun, tmp_path: Path) -> None:
    second = train(tmp_path / "second", corpus_of(20, 21, 22), LATER, large)
    third = train(tmp_path / "third", corpus_of(25, 26, 27), LATER, second)
    again = ScoreRun.open(tmp_path / "third")
    assert again.start is not None
    assert again.start.facts() == second.facts()
    assert [piece.name for piece in again.learnt] == [
        piece.name for run in (third, second, large) for piece in run.pieces("train")
    ]
    assert not (again.start_path / "last.keras").exists()
    assert large.start is None
    assert len(read_history(third.history_path)) == 1


def test_what_was_left_out_may_be_kept_for_testing(large: ScoreRun, tmp_path: Path) -> None:
    assert "07.mid" not in large.roles
    assert "07.mid  (left out, as the description says" in (large.path / "corpus.txt").read_text()
    ScoreRun.create(tmp_path / "run", LATER, corpus_of(7, 20, 21, test=["07"]), "", large)


@pytest.mark.parametrize("step", [0, 5])
def test_what_was_learnt_may_not_be_kept_for_testing(large: ScoreRun, tmp_path: Path, step: int) -> None:
    """Neither the piece itself, in whatever key, nor a version of it under another name."""
    version = piece_of("another.mid", [note + step for note in tune(3)[: 20 - step]])
    kept = corpus_of(20, 21, test=["another"])
    kept = replace(kept, pieces=(*kept.pieces, version))
    with pytest.raises(RunError, match=r"got 03\.mid \(another\.mid here\): name them in `leave_out`"):
        ScoreRun.create(tmp_path / "run", LATER, kept, "", large)
    assert not (tmp_path / "run").exists()


def test_of_many_leaks_the_first_are_named(large: ScoreRun, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("training.score.learning.run.LEAKS_SHOWN", 1)
    with pytest.raises(RunError, match=r"got 01\.mid \(01\.mid here\) and 1 more: "):
        ScoreRun.create(tmp_path / "run", LATER, corpus_of(1, 2, 20, 21, test=["01", "02"]), "", large)


def test_a_network_of_another_shape_is_refused(large: ScoreRun, tmp_path: Path) -> None:
    small = replace(LATER, recipe=replace(RECIPE, lstm_units=3))
    with pytest.raises(RunError, match="must have the recipe of the one that it goes on from"):
        ScoreRun.create(tmp_path / "run", small, corpus_of(20, 21), "", large)
    two = corpus_of(20, 21, parts=2)
    chords = [
        replace(piece, events=(*piece.events[:-1], replace(piece.events[-1], notes=upper(piece))))
        for piece in two.pieces
    ]
    with pytest.raises(
        RunError, match="must have as many parts as the one that it goes on from, got 2 and 1"
    ):
        ScoreRun.create(tmp_path / "run", LATER, replace(two, pieces=tuple(chords)), "", large)


def upper(piece) -> tuple:
    return tuple(replace(note, part=1) for note in piece.events[-1].notes)


def test_a_run_that_has_learnt_nothing_yet_is_refused(tmp_path: Path) -> None:
    idle = ScoreRun.create(tmp_path / "idle", PLAN, corpus_of(1, 2), "")
    with pytest.raises(RunError, match=r"goes on from one that has finished an epoch, and '.*idle' has not"):
        ScoreRun.create(tmp_path / "run", LATER, corpus_of(20, 21), "", idle)


def test_without_the_copy_it_does_not_go_on(large: ScoreRun, tmp_path: Path) -> None:
    run = ScoreRun.create(tmp_path / "run", LATER, corpus_of(20, 21), "", large)
    run.start_path.rename(tmp_path / "elsewhere")
    with pytest.raises(RunError, match="the copy of that in start is missing"):
        SCORE_TRAINER.examples(run)


def test_damaged_weights_are_one_sentence(large: ScoreRun, tmp_path: Path) -> None:
    run = ScoreRun.create(tmp_path / "run", LATER, corpus_of(20, 21), "", large)
    (run.start_path / "best.weights.h5").write_bytes(b"half")
    with pytest.raises(RunError, match=r"the weights '.*h5' to go on from are damaged: "):
        SCORE_TRAINER.examples(run).new_network()


def test_it_is_resumed_from_the_same_run_only(large: ScoreRun, tmp_path: Path) -> None:
    run = ScoreRun.create(tmp_path / "run", LATER, corpus_of(20, 21), "", large)
    run.check_same_start(large)
    run.check_same_start(None)
    other = train(tmp_path / "other", corpus_of(1, 2))
    with pytest.raises(RunError, match=r"from another run than before, got '.*other': use the same one"):
        run.check_same_start(other)
