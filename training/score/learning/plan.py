"""The recipe of the score networks, and the plan of one training with it."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from presets.bundles.kinds import SCORE
from presets.errors import UsageError
from training.corpus.journals import Players
from training.runs.plan import Choices


@dataclass(frozen=True)
class ScoreRecipe:
    """How a score network is built and trained; a `training.runs.plan.Recipe`.

    Attributes:
        name: its name for `--recipe`.
        lstm_units: units of each of the two LSTM layers.
        event_units: units of the layer that hears an event.
        head_units: units of each head.
        outline_units: units of the layer that reads the outline.
        dropout: share of the units silenced during training, 0..1.
        learning_rate: learning rate of the first update; it falls to 0 over the planned epochs, along half a
            cosine.
        later_rate: the same for a run that goes on from another one.
        clip_norm: maximum norm of the gradient of a variable; longer gradients are clipped to it.
        batch: rows per update.
        window: events in a row, by default.
        epochs: passes over the corpus, by default.
        patience: training stops after this many epochs without a better held-out loss.
    """

    kind: ClassVar[str] = SCORE.name
    folder_of_folders: ClassVar[bool] = False

    name: str
    lstm_units: int = 256
    event_units: int = 192
    head_units: int = 256
    outline_units: int = 96
    dropout: float = 0.4
    learning_rate: float = 2e-3
    later_rate: float = 5e-4
    clip_norm: float = 1.0
    batch: int = 16
    window: int = 128
    epochs: int = 60
    patience: int = 15

    def plan(self, choices: Choices) -> "ScorePlan":
        """Return the plan for these options.

        Raises:
            UsageError: if one of them applies only to the articles' networks.
        """
        if choices.targets is not None:
            raise UsageError(
                f"--targets does not work with the recipe {self.name!r}, which always learns from every "
                "event: leave it out"
            )
        if choices.transpose:
            raise UsageError(
                f"--transpose does not work with the recipe {self.name!r}, which always transposes: leave it "
                "out"
            )
        epochs, window = choices.epochs or self.epochs, choices.window or self.window
        return ScorePlan(self, epochs, window, choices.rng_seed, choices.players, choices.goes_on)


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """The score recipe with the options of one run; a `training.runs.plan.Plan`.

    Training hears each row in a random key.

    Attributes:
        recipe: the design of the network and its training.
        epochs: the total number of epochs; the learning rate falls over them, so they belong to the plan.
        window: events in a training row.
        rng_seed: the seed of the initial weights, the order of the rows, the keys and the dropout.
        players: whose notes to learn from journals.
        goes_on: whether it begins with what another run has learnt.
    """

    recipe: ScoreRecipe
    epochs: int
    window: int = ScoreRecipe.window
    rng_seed: int = 0
    players: Players = "both"
    goes_on: bool = False

    @property
    def learning_rate(self) -> float:
        """Learning rate of the first update."""
        return self.recipe.later_rate if self.goes_on else self.recipe.learning_rate

    @property
    def batch(self) -> int:
        """Rows per update."""
        return self.recipe.batch

    @property
    def patience(self) -> int:
        """Training stops after this many epochs without a better held-out loss."""
        return self.recipe.patience

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Read what `to_json` returned."""
        return cls(**{**value, "recipe": ScoreRecipe(**value["recipe"])})


SCORE_RECIPE = ScoreRecipe("score")
