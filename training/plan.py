"""What one training does, fixed when it begins and the same when it is resumed."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from training.recipes import Recipe, Targets


@dataclass(frozen=True, slots=True)
class Plan:
    """A recipe with the choices of one run.

    Attributes:
        recipe: the articles' table, one row of it.
        window: tokens that the network sees.
        targets: whether each position of a window has a target, or its last one only.
        rng_seed: of the first weights, the order of the windows, the keys and the dropout.
        transpose: whether each epoch hears each piece in a random key.
    """

    recipe: Recipe
    window: int = 100
    targets: Targets = "all"
    rng_seed: int = 0
    transpose: bool = False

    @property
    def batch(self) -> int:
        """Windows an update."""
        return self.recipe.batch_all if self.targets == "all" else self.recipe.batch

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Read what `to_json` returned."""
        return cls(**{**value, "recipe": Recipe(**value["recipe"])})
