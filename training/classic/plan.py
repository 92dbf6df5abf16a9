"""The recipes of the two 2018 articles, and the plan of one training with them."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from presets.bundles.kinds import CLASSIC
from presets.errors import UsageError
from training.corpus.journals import Players
from training.runs.plan import Choices, Targets


@dataclass(frozen=True)
class ClassicRecipe:
    """How one network of the two 2018 articles is built and trained; a `training.runs.plan.Recipe`.

    Attributes:
        name: its name for `--recipe`.
        dropout: share of the units silenced during training, 0..1.
        optimizer: Keras's name of the optimizer; it uses its default learning rate.
        batch: windows per update if each window has one target.
        batch_all: windows per update if each window has a target at every position. An epoch then has a
            hundredth of the windows, so the batch is smaller: with the articles' batch an epoch would have
            only nine updates.
        epochs: the articles' epochs. An epoch is one pass in which each token of the training pieces is a
            target once, with either choice of targets.
        lstm_units: units of each of the three LSTM layers.
        dense_units: units of the dense layer before the last.
        folder_of_folders: whether the corpus is a folder of folders, with one network for each inner folder
            and one for all of them.
    """

    kind: ClassVar[str] = CLASSIC.name
    window: ClassVar[int] = 100
    """Tokens that the network sees, by default."""

    name: str
    dropout: float
    optimizer: str
    batch: int
    batch_all: int
    epochs: int
    lstm_units: int = 512
    dense_units: int = 256
    folder_of_folders: bool = False

    def plan(self, choices: Choices) -> "ClassicPlan":
        """Return the plan for these options.

        Raises:
            UsageError: if one of them applies only to score networks.
        """
        if choices.goes_on:
            raise UsageError(
                f"--from does not work with the recipe {self.name!r}, whose tokens are those of its corpus: "
                "leave it out, or choose the recipe 'score'"
            )
        window = choices.window or self.window
        targets = choices.targets or "all"
        return ClassicPlan(self, window, targets, choices.rng_seed, choices.transpose, choices.players)


@dataclass(frozen=True, slots=True)
class ClassicPlan:
    """A recipe of the articles with the options of one run; a `training.runs.plan.Plan`.

    Attributes:
        recipe: one of the articles' recipes.
        window: tokens that the network sees.
        targets: whether each position of a window has a target, or only the last one.
        rng_seed: the seed of the initial weights, the order of the windows, the keys and the dropout.
        transpose: whether each epoch uses each piece in a random key.
        players: whose notes to learn from journals.
    """

    recipe: ClassicRecipe
    window: int = ClassicRecipe.window
    targets: Targets = "all"
    rng_seed: int = 0
    transpose: bool = False
    players: Players = "both"

    @property
    def batch(self) -> int:
        """Windows per update."""
        return self.recipe.batch_all if self.targets == "all" else self.recipe.batch

    @property
    def goes_on(self) -> bool:
        """False: each network of the articles learnt from one corpus."""
        return False

    @property
    def patience(self) -> None:
        """None: as in the articles, training always runs all its epochs."""
        return None

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Read what `to_json` returned."""
        return cls(**{**value, "recipe": ClassicRecipe(**value["recipe"])})


CHOPIN = ClassicRecipe("chopin", dropout=0.3, optimizer="rmsprop", batch=64, batch_all=16, epochs=75)

ZELDA = ClassicRecipe(
    "zelda", dropout=0.5, optimizer="adam", batch=32, batch_all=16, epochs=250, folder_of_folders=True
)
