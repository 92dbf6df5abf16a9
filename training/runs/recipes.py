"""The recipes: one table of everything that was chosen for a network and its training."""

from dataclasses import dataclass
from typing import ClassVar, Literal

Targets = Literal["all", "last"]


@dataclass(frozen=True)
class ClassicRecipe:
    """How one network of the two 2018 articles is built and trained.

    Attributes:
        name: what `--recipe` calls it.
        dropout: share of the units silenced while training, 0..1.
        optimizer: Keras's name of the optimizer, at its own learning rate.
        batch: windows an update when one window has one target.
        batch_all: windows an update when each window has a target at every position. An epoch then has a
            hundredth of the windows, so the batch is smaller: with the articles' batch it would be nine
            updates an epoch.
        epochs: the articles' epochs. An epoch is one pass in which each token of the training pieces is a
            target once, whichever targets are chosen.
        lstm_units: units of each of the three LSTM layers.
        dense_units: units of the dense layer before the last.
        folder_of_folders: whether the corpus is a folder of folders: one model for each inner folder and one
            of all.
    """

    family: ClassVar[str] = "classic"
    window: ClassVar[int] = 100
    """Tokens that the network sees where nothing else is asked for."""

    name: str
    dropout: float
    optimizer: str
    batch: int
    batch_all: int
    epochs: int
    lstm_units: int = 512
    dense_units: int = 256
    folder_of_folders: bool = False


@dataclass(frozen=True)
class ScoreRecipe:
    """How a score network is built and trained.

    Attributes:
        name: what `--recipe` calls it.
        lstm_units: units of each of the two LSTM layers.
        event_units: units that hear an event.
        head_units: units of each head.
        dropout: share of the units silenced while training, 0..1.
        learning_rate: of the first update; it falls to nothing over the planned epochs, as half a cosine.
        clip_norm: longest gradient of a variable; a longer one is shortened to it.
        batch: rows an update.
        window: events of a row where nothing else is asked for.
        epochs: passes over the corpus.
        patience: epochs without a better held-out loss after which the training ends.
    """

    family: ClassVar[str] = "score"
    folder_of_folders: ClassVar[bool] = False

    name: str
    lstm_units: int = 256
    event_units: int = 192
    head_units: int = 256
    dropout: float = 0.4
    learning_rate: float = 2e-3
    clip_norm: float = 1.0
    batch: int = 16
    window: int = 128
    epochs: int = 60
    patience: int = 15


Recipe = ClassicRecipe | ScoreRecipe

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        ClassicRecipe("chopin", dropout=0.3, optimizer="rmsprop", batch=64, batch_all=16, epochs=75),
        ClassicRecipe(
            "zelda",
            dropout=0.5,
            optimizer="adam",
            batch=32,
            batch_all=16,
            epochs=250,
            folder_of_folders=True,
        ),
        ScoreRecipe("score"),
    )
}
