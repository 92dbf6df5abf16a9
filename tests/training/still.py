"""A kind of network that nothing moves, so that the losses of a fitting are known."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from training.corpus.description import About
from training.corpus.reading import Corpus
from training.runs.examples import Batch
from training.runs.run_folder import Run


@dataclass(frozen=True)
class StillPlan:
    """What the loop asks of a plan."""

    patience: int | None = None
    rng_seed: int = 0
    recipe = None

    def to_json(self):
        return dataclasses.asdict(self)


class StillRun(Run):
    """A run of a kind that only the tests know."""

    kind = "still"
    unit = "event"

    @classmethod
    def create(cls, path, plan, corpus, command):
        run = cls(path, plan)
        run._write(corpus, command, {}, "", {})
        return run

    @classmethod
    def _open(cls, path, facts):
        return cls(path, StillPlan(**facts["plan"]))

    def summary(self):
        return "nothing moves"


class StillExamples:
    """A network that never learns: its losses are the squares of what it is given, less in each epoch."""

    updates = 2
    targets = 4

    def __init__(self, *held_out: float) -> None:
        self._held_out = held_out
        self.trained: list[int] = []

    def new_network(self) -> keras.Model:
        given = keras.Input((1,))
        network = keras.Model(given, keras.layers.Dense(1, kernel_initializer="ones")(given))
        network.compile(optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error")
        return network

    def epoch(self, number: int) -> Iterator[Batch]:
        self.trained.append(number)
        yield batch(1.0 / number)
        yield batch(*[3.0 / number] * 3)

    def held_out(self) -> Iterator[Batch]:
        return map(batch, self._held_out)


def batch(*values: float) -> Batch:
    given = np.array(values, dtype=np.float32).reshape(-1, 1)
    return Batch(given, np.zeros_like(given), None, len(values))


def still_run(folder: Path, plan: StillPlan = StillPlan()) -> Run:
    return StillRun.create(folder / "run", plan, Corpus(About(), ()), "segue train")
