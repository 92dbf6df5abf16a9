import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass

import keras
import numpy as np
import pytest

from training.about import About
from training.corpus import Corpus
from training.course import Batch
from training.fitting import fit
from training.history import read_history
from training.run_folder import Run, RunError

pytestmark = pytest.mark.studio


@dataclass(frozen=True)
class Plan:
    """What the loop asks of a plan."""

    patience: int | None = None
    rng_seed: int = 0
    recipe = None

    def to_json(self):
        return dataclasses.asdict(self)


class StillRun(Run):
    """A run of a family that only the tests know."""

    family = "still"
    unit = "event"

    @classmethod
    def create(cls, path, plan, corpus, command):
        run = cls(path, plan)
        run._write(corpus, command, {}, "", {})
        return run

    @classmethod
    def _open(cls, path, facts):
        return cls(path, Plan(**facts["plan"]))

    def summary(self):
        return "nothing moves"


class StillCourse:
    """A network that never learns, so that its losses are known: the square of what it is given."""

    updates = 2
    targets = 4

    def __init__(self, *held_out: float) -> None:
        self._held_out = held_out
        self.trained: list[int] = []

    def new_network(self) -> keras.Model:
        network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
        network.compile(optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error")
        return network

    def epoch(self, number: int) -> Iterator[Batch]:
        self.trained.append(number)
        yield batch(1.0)
        yield batch(3.0, 3.0, 3.0)

    def held_out(self) -> Iterator[Batch]:
        return map(batch, self._held_out)


def batch(*values: float) -> Batch:
    given = np.array(values, dtype=np.float32).reshape(-1, 1)
    return Batch(given, np.zeros_like(given), None, len(values))


class Nobody:
    def updated(self, *_: object) -> None:
        pass

    def ended_epoch(self, *_: object) -> None:
        pass


@pytest.fixture
def new_run(tmp_path):
    def new(plan: Plan) -> Run:
        return StillRun.create(tmp_path / "run", plan, Corpus(About(), ()), "segue train")

    return new


def test_a_loss_is_a_mean_over_targets_and_not_over_batches(new_run):
    run = new_run(Plan())
    fit(run, StillCourse(2.0, 4.0), 1, math.inf, Nobody())
    [epoch] = read_history(run.history_path)
    assert epoch.loss == pytest.approx((1 + 3 * 9) / 4)
    assert epoch.held_out_loss == pytest.approx((4 + 16) / 2)


def test_where_nothing_is_held_out_there_is_no_loss_of_it(new_run):
    run = new_run(Plan())
    fit(run, StillCourse(), 1, math.inf, Nobody())
    assert math.isnan(read_history(run.history_path)[0].held_out_loss)


def test_patience_ends_what_does_not_get_better(new_run):
    run, course = new_run(Plan(patience=2)), StillCourse(2.0)
    assert fit(run, course, 9, math.inf, Nobody()) == "patience"
    assert course.trained == [1, 2, 3]  # the first is the best; two more were hoped for
    assert run.facts()["best_epoch"] == 1
    assert fit(StillRun.open(run.path), course, 9, math.inf, Nobody()) == "patience"
    assert course.trained == [1, 2, 3]


def test_without_patience_it_goes_on_to_the_end(new_run):
    course = StillCourse(2.0)
    assert fit(new_run(Plan()), course, 4, math.inf, Nobody()) == "epochs"
    assert course.trained == [1, 2, 3, 4]


def test_a_run_is_opened_by_its_own_family(new_run):
    run = new_run(Plan())
    facts = run.facts()
    run.add_facts(family="other", plan={"recipe": {"name": "another"}})
    with pytest.raises(
        RunError, match=r"^a run of the family 'still' is needed, got one of 'other' in '.*run': choose"
    ):
        StillRun.open(run.path)
    run.add_facts(**facts)
    assert StillRun.open(run.path) == run
