"""The interface between the fitting loop and each kind of network."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import keras


@dataclass(frozen=True, slots=True)
class Batch:
    """The examples of one update.

    Attributes:
        inputs: one array, or a dictionary of arrays by the names of the network's inputs.
        targets: the same for the network's outputs.
        weights: the weights of the targets, in the same form; None if all targets have equal weight.
        count: the number of targets in the batch. The loss that Keras returns is a mean over them.
    """

    inputs: Any
    targets: Any
    weights: Any
    count: int


class Examples(Protocol):
    """What the fitting loop needs from a kind of network: the network and its training examples."""

    @property
    def updates(self) -> int:
        """Updates in an epoch."""

    @property
    def targets(self) -> int:
        """Targets in an epoch: tokens, or events."""

    def new_network(self) -> keras.Model:
        """Return the compiled network; the plan's seed fixes its initial weights."""

    def epoch(self, number: int) -> Iterator[Batch]:
        """Yield the batches of an epoch, counted from 1, in order; plan and number alone determine them."""

    def held_out(self) -> Iterable[Batch]:
        """Return the batches whose loss decides which epoch is best; no batches if nothing is held out."""
