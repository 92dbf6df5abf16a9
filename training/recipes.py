"""The recipes: one table of everything the two 2018 articles chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Targets = Literal["all", "last"]


@dataclass(frozen=True)
class Recipe:
    """How one network is built and trained.

    Attributes:
        name: What `--recipe` calls it.
        dropout: Share of the units silenced while training, 0..1.
        optimizer: Keras's name of the optimizer, at its own learning rate.
        batch: Windows an update when one window has one target.
        batch_all: Windows an update when each window has a target at every
            position. An epoch then has a hundredth of the windows, so the batch is
            smaller: with the articles' batch it would be nine updates an epoch.
        epochs: The articles' epochs. An epoch is one pass in which each token of
            the training pieces is a target once, whichever targets are chosen.
        lstm_units: Units of each of the three LSTM layers.
        dense_units: Units of the dense layer before the last.
        folder_of_folders: Whether the corpus is a folder of folders: one model for
            each inner folder and one of all.
    """

    name: str
    dropout: float
    optimizer: str
    batch: int
    batch_all: int
    epochs: int
    lstm_units: int = 512
    dense_units: int = 256
    folder_of_folders: bool = False


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("chopin", dropout=0.3, optimizer="rmsprop", batch=64, batch_all=16, epochs=75),
        Recipe(
            "zelda",
            dropout=0.5,
            optimizer="adam",
            batch=32,
            batch_all=16,
            epochs=250,
            folder_of_folders=True,
        ),
    )
}
