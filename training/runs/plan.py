"""What one training does, fixed when it begins and the same when it is resumed."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from training.corpus.journals import Players

Targets = Literal["all", "last"]


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


class Recipe(Protocol):
    """Everything that was chosen for a network and its training. Each kind of preset has its own recipes."""

    @property
    def kind(self) -> str:
        """Name of the kind of preset that it makes."""

    @property
    def name(self) -> str:
        """What `--recipe` calls it."""

    @property
    def epochs(self) -> int:
        """Passes over the corpus where the user chooses no other number."""

    @property
    def window(self) -> int:
        """Tokens or events of a training example where the user chooses no other number."""

    @property
    def folder_of_folders(self) -> bool:
        """Whether the corpus is a folder of folders: a network for each of them, and one of all."""

    def plan(self, choices: Choices) -> "Plan":
        """Return the plan of one run.

        Raises:
            UsageError: if one of the choices is for other recipes.
        """


class Plan(Protocol):
    """A recipe with the choices of one run."""

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
