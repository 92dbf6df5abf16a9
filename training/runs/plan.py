"""What one training does, fixed when it begins and the same when it is resumed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Protocol, Self

from presets.errors import UsageError
from training.corpus.journals import Players
from training.runs.recipes import ClassicRecipe, Recipe, ScoreRecipe, Targets


@dataclass(frozen=True, slots=True)
class Choices:
    """What a user chose for one run; None and False are "nothing said".

    Attributes:
        epochs: passes over the corpus.
        window: tokens or events of a training example.
        targets: whether each position of a window has a target, or its last one only.
        rng_seed: of all that is random.
        transpose: whether music is heard in other keys.
        players: whose notes are learnt of journals.
    """

    epochs: int | None = None
    window: int | None = None
    targets: Targets | None = None
    rng_seed: int = 0
    transpose: bool = False
    players: Players = "both"


class Plan(Protocol):
    """What the plans of all families have."""

    @property
    def recipe(self) -> Recipe:
        """The network and its training."""

    @property
    def rng_seed(self) -> int:
        """Of the first weights, the order of the examples, the keys and the dropout."""

    @property
    def players(self) -> Players:
        """Whose notes are learnt of journals."""

    @property
    def patience(self) -> int | None:
        """Epochs without a better held-out loss after which a training ends; None for all epochs."""

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""


@dataclass(frozen=True, slots=True)
class ClassicPlan:
    """A recipe of the articles with the choices of one run.

    Attributes:
        recipe: the articles' table, one row of it.
        window: tokens that the network sees.
        targets: whether each position of a window has a target, or its last one only.
        rng_seed: of the first weights, the order of the windows, the keys and the dropout.
        transpose: whether each epoch hears each piece in a random key.
        players: whose notes are learnt of journals.
    """

    recipe: ClassicRecipe
    window: int = ClassicRecipe.window
    targets: Targets = "all"
    rng_seed: int = 0
    transpose: bool = False
    players: Players = "both"

    @classmethod
    def chosen(cls, recipe: ClassicRecipe, choices: Choices) -> Self:
        """Return the plan of these choices."""
        window = choices.window or recipe.window
        targets = choices.targets or "all"
        return cls(recipe, window, targets, choices.rng_seed, choices.transpose, choices.players)

    @property
    def batch(self) -> int:
        """Windows an update."""
        return self.recipe.batch_all if self.targets == "all" else self.recipe.batch

    @property
    def patience(self) -> None:
        """None: as in the articles, a training goes through all its epochs."""
        return None

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Read what `to_json` returned."""
        return cls(**{**value, "recipe": ClassicRecipe(**value["recipe"])})


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """The score recipe with the choices of one run. Each row of training music is heard in a random key.

    Attributes:
        recipe: the network and its training.
        epochs: in all; the learning rate falls over these, so they belong to the plan.
        window: events of a training row.
        rng_seed: of the first weights, the order of the rows, the keys and the dropout.
        players: whose notes are learnt of journals.
    """

    recipe: ScoreRecipe
    epochs: int
    window: int = ScoreRecipe.window
    rng_seed: int = 0
    players: Players = "both"

    @classmethod
    def chosen(cls, recipe: ScoreRecipe, choices: Choices) -> Self:
        """Return the plan of these choices.

        Raises:
            UsageError: if one of them is for the articles' networks only.
        """
        if choices.targets is not None:
            raise UsageError(
                f"--targets is for the recipes of the articles, got it with {recipe.name!r}, which learns "
                "every event: leave it out"
            )
        if choices.transpose:
            raise UsageError(
                f"--transpose is for the recipes of the articles, got it with {recipe.name!r}, which always "
                "transposes: leave it out"
            )
        epochs, window = choices.epochs or recipe.epochs, choices.window or recipe.window
        return cls(recipe, epochs, window, choices.rng_seed, choices.players)

    @property
    def batch(self) -> int:
        """Rows an update."""
        return self.recipe.batch

    @property
    def patience(self) -> int:
        """Epochs without a better held-out loss after which the training ends."""
        return self.recipe.patience

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Read what `to_json` returned."""
        return cls(**{**value, "recipe": ScoreRecipe(**value["recipe"])})


_PLANS: dict[str, Callable[[Any, Choices], Plan]] = {
    ClassicRecipe.family: ClassicPlan.chosen,
    ScoreRecipe.family: ScorePlan.chosen,
}


def choose_plan(recipe: Recipe, choices: Choices) -> Plan:
    """Return the plan of a recipe with the choices of one run.

    Raises:
        UsageError: if a choice is for another family of networks.
    """
    return _PLANS[recipe.family](recipe, choices)
