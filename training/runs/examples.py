"""What the fitting loop and each kind of network agree on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import keras


@dataclass(frozen=True, slots=True)
class Batch:
    """The examples of one update.

    Attributes:
        inputs: an array, or arrays by the names of the network's inputs.
        targets: likewise, for its outputs.
        weights: of the targets, likewise; None where all count alike.
        count: targets in it. The loss that Keras returns is a mean over these.
    """

    inputs: Any
    targets: Any
    weights: Any
    count: int


class Examples(Protocol):
    """What the fitting loop asks of a kind of network: the network, and what it learns from."""

    @property
    def updates(self) -> int:
        """Updates an epoch."""

    @property
    def targets(self) -> int:
        """Targets an epoch: tokens, or events."""

    def new_network(self) -> keras.Model:
        """Return the network, compiled, with first weights that the plan's seed fixes."""

    def epoch(self, number: int) -> Iterator[Batch]:
        """Yield an epoch's batches in their order; the same for the same plan and number, from 1."""

    def held_out(self) -> Iterable[Batch]:
        """Return the batches whose loss chooses the best epoch; none if nothing is held out."""
