import csv
import dataclasses
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.training.music import scale_piece
from tests.training.still import StillExamples, still_run
from training.classic.plan import ClassicPlan, ClassicRecipe
from training.classic.run import ClassicRun
from training.classic.trainer import CLASSIC_TRAINER
from training.corpus.description import About
from training.corpus.reading import Corpus
from training.runs.fitting import Ending, fit
from training.runs.history import Epoch, best_epoch, read_history, write_history
from training.runs.run_folder import Run

pytestmark = pytest.mark.studio


class Listener:
    """Hears how a fitting goes, and may press Ctrl-C in an epoch."""

    def __init__(self, stop_in: int | None = None) -> None:
        self.stop_in = stop_in
        self.epochs: list[tuple[Epoch, bool]] = []

    def updated(self, epoch: int, loss: float, events: int, seconds: float) -> None:
        if epoch == self.stop_in:
            raise KeyboardInterrupt

    def ended_epoch(self, epoch: Epoch, best: bool) -> None:
        self.epochs.append((epoch, best))


def train(run: ClassicRun, *arguments: object, **named: object) -> Ending:
    return fit(run, CLASSIC_TRAINER.examples(run), *arguments, **named)


def losses(run: Run) -> list[list[float]]:
    return [[epoch.epoch, epoch.loss, epoch.held_out_loss] for epoch in read_history(run.history_path)]


@pytest.mark.slow
def test_it_overfits_a_two_bar_scale(tmp_path):
    recipe = ClassicRecipe(
        "tiny", dropout=0.0, optimizer="adam", batch=8, batch_all=2, epochs=0, lstm_units=32, dense_units=32
    )
    corpus = Corpus(About(), (scale_piece("scale", 16 * 64 + 1),))
    run = ClassicRun.create(tmp_path / "run", ClassicPlan(recipe, window=16), corpus, "segue train")
    train(run, 12, math.inf, Listener())
    history = read_history(run.history_path)
    assert history[0].loss > 1.5
    assert history[-1].loss < 0.1


@pytest.mark.parametrize("targets", ["all", "last"])
@pytest.mark.slow
def test_a_resumed_run_goes_as_an_uninterrupted_one(tmp_path, tiny_recipe, targets):
    class Copyist(Listener):
        def ended_epoch(self, epoch: Epoch, best: bool) -> None:
            if epoch.epoch == 1:
                # What is there when the power fails in the second.
                shutil.copytree(tmp_path / "straight", tmp_path / "broken")

    # Eleven distinct pieces, so that the tenth is held out; of as many tokens as fill whole batches.
    pieces = tuple(scale_piece(f"{index:02}", 33, lowest=40 + index) for index in range(11))
    plan = ClassicPlan(tiny_recipe, window=10, targets=targets)
    straight = ClassicRun.create(tmp_path / "straight", plan, Corpus(About(), pieces), "segue train")
    assert train(straight, 3, math.inf, Copyist()) == "epochs"
    broken = ClassicRun.open(tmp_path / "broken")
    assert len(losses(broken)) == 1
    assert train(broken, 3, math.inf, Listener()) == "epochs"
    assert np.array(losses(broken)) == pytest.approx(np.array(losses(straight)))


def test_a_history_ahead_of_the_checkpoint_is_cut_back(tmp_path):
    run = still_run(tmp_path)
    fit(run, StillExamples(2.0), 1, math.inf, Listener())
    first = losses(run)
    # As if the power failed between the second epoch's history and its checkpoint.
    write_history(run.history_path, [*read_history(run.history_path), Epoch(2, 9.9, 9.9, 1.0, 1.0)])
    fit(run, StillExamples(2.0), 2, math.inf, Listener())
    assert losses(run) == [*first, [2, pytest.approx(7 / 4), 4.0]]


def test_ctrl_c_keeps_the_best(tmp_path):
    run, listener = still_run(tmp_path), Listener(stop_in=3)
    assert fit(run, StillExamples(), 9, math.inf, listener) == "interrupted"
    assert run.best_path.stat().st_size > 0
    facts = run.facts()
    assert facts["epochs"] == 2
    assert facts["best_epoch"] == [epoch.epoch for epoch, best in listener.epochs if best][-1] == 2
    assert not list(tmp_path.rglob(".writing-*"))


def test_ctrl_c_in_the_first_epoch_leaves_a_run_that_can_be_resumed(tmp_path):
    run = still_run(tmp_path)
    assert fit(run, StillExamples(), 1, math.inf, Listener(stop_in=1)) == "interrupted"
    assert not run.best_path.exists()
    assert fit(run, StillExamples(), 1, math.inf, Listener()) == "epochs"


def test_it_begins_no_epoch_that_would_not_end_in_time(tmp_path):
    run, examples, readings = still_run(tmp_path), StillExamples(2.0), []

    def clock() -> float:
        # Each reading is 30 s after the one before, so that an epoch takes minutes.
        readings.append(30.0 * len(readings))
        return readings[-1]

    assert fit(run, examples, 99, minutes=0.01, audience=Listener(), clock=clock) == "minutes"
    assert len(losses(run)) == 1  # the first goes on to its end; from now on it is known how long one takes
    assert fit(run, examples, 99, minutes=0.01, audience=Listener(), clock=clock) == "minutes"
    assert len(losses(run)) == 1
    began = len(readings)
    assert fit(run, examples, 99, minutes=30, audience=Listener(), clock=clock) == "minutes"
    assert len(losses(run)) > 2
    elapsed = readings[-1] - readings[began]
    assert elapsed <= 30 * 60
    assert elapsed + read_history(run.history_path)[-1].seconds > 30 * 60


def test_each_epoch_has_every_training_token_once(tmp_path, tiny_recipe):
    pieces = tuple(scale_piece(f"{index:02}", 30, lowest=40 + index) for index in range(11))
    plan = ClassicPlan(tiny_recipe, window=10)
    run = ClassicRun.create(tmp_path / "run", plan, Corpus(About(), pieces), "segue train")
    examples = CLASSIC_TRAINER.examples(run)
    assert sum(batch.count for batch in examples.epoch(1)) == examples.targets == (10 * 30 - 1) // 10 * 10


def test_history_is_a_table_and_a_picture(tmp_path):
    run, listener = still_run(tmp_path), Listener()
    fit(run, StillExamples(2.0), 2, math.inf, listener)
    assert read_history(run.history_path) == [epoch for epoch, _ in listener.epochs]
    with run.history_path.open(newline="") as file:
        assert next(csv.reader(file)) == ["epoch", "loss", "held_out_loss", "seconds", "events_per_second"]
    assert run.plot_path.read_bytes().startswith(b"\x89PNG")


def test_without_held_out_pieces_the_training_loss_decides():
    history = [Epoch(n, loss, math.nan, 1.0, 1.0) for n, loss in ((1, 3.0), (2, 1.0), (3, 2.0))]
    assert best_epoch(history) == history[1]
    held_out = [dataclasses.replace(epoch, held_out_loss=-epoch.loss) for epoch in history]
    assert best_epoch(held_out) == held_out[0]
    assert best_epoch([]) is None


def test_a_run_that_has_not_ended_an_epoch_has_no_history(tmp_path: Path):
    assert read_history(tmp_path / "history.csv") == []
