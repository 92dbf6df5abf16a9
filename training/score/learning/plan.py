"""The recipe of the score networks, and the plan of one training by it."""

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

    kind: ClassVar[str] = SCORE.name
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

    def plan(self, choices: Choices) -> "ScorePlan":
        """Return the plan of these choices.

        Raises:
            UsageError: if one of them is for the articles' networks only.
        """
        if choices.targets is not None:
            raise UsageError(
                f"--targets is for the recipes of the articles, got it with {self.name!r}, which learns "
                "every event: leave it out"
            )
        if choices.transpose:
            raise UsageError(
                f"--transpose is for the recipes of the articles, got it with {self.name!r}, which always "
                "transposes: leave it out"
            )
        epochs, window = choices.epochs or self.epochs, choices.window or self.window
        return ScorePlan(self, epochs, window, choices.rng_seed, choices.players)


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """The score recipe with the choices of one run; a `training.runs.plan.Plan`.

    Each row of training music is heard in a random key.

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


SCORE_RECIPE = ScoreRecipe("score")
