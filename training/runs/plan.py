"""The plan of one training run: fixed when it starts, and the same when it is resumed."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from training.corpus.journals import Players

Targets = Literal["all", "last"]


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of one run; None and False mean that the user did not set the option.

    Attributes:
        epochs: passes over the corpus.
        window: tokens or events in a training example.
        targets: whether each position of a window has a target, or only the last one.
        rng_seed: the seed of everything random.
        transpose: whether each piece is also read in other keys.
        players: whose notes to learn from journals.
        goes_on: whether it begins with what another run has learnt.
    """

    epochs: int | None = None
    window: int | None = None
    targets: Targets | None = None
    rng_seed: int = 0
    transpose: bool = False
    players: Players = "both"
    goes_on: bool = False


class Recipe(Protocol):
    """The design of a network and its training. Each kind of preset has its own recipes."""

    @property
    def kind(self) -> str:
        """Name of the kind of preset that this recipe makes."""

    @property
    def name(self) -> str:
        """Its name for `--recipe`."""

    @property
    def epochs(self) -> int:
        """Passes over the corpus by default."""

    @property
    def window(self) -> int:
        """Tokens or events in a training example by default."""

    @property
    def folder_of_folders(self) -> bool:
        """Whether the corpus is a folder of folders, with one network for each and one for all of them."""

    def plan(self, choices: Choices) -> "Plan":
        """Return the plan of one run.

        Raises:
            UsageError: if one of the options does not apply to this recipe.
        """


class Plan(Protocol):
    """A recipe with the options of one run."""

    @property
    def recipe(self) -> Recipe:
        """The design of the network and its training."""

    @property
    def rng_seed(self) -> int:
        """The seed of the initial weights, the order of the examples, the keys and the dropout."""

    @property
    def players(self) -> Players:
        """Whose notes to learn from journals."""

    @property
    def goes_on(self) -> bool:
        """Whether it begins with what another run has learnt, `training.runs.run_folder.Run.start`."""

    @property
    def patience(self) -> int | None:
        """Training stops after this many epochs without a better held-out loss; None to run all epochs."""

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain values."""
