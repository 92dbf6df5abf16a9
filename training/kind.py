"""What training knows of a kind of preset."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from training.corpus.journals import Players
from training.corpus.reading import Reader
from training.runs.plan import Recipe
from training.runs.run_folder import Run

if TYPE_CHECKING:
    from training.runs.examples import Examples  # needs Keras


@dataclass(frozen=True, slots=True)
class Trainer:
    """How presets of one kind are trained. What its fields make fits together.

    Attributes:
        reader: returns the reader of a corpus with this layout (the keys of
            `training.corpus.description.LAYOUT_KEYS`), and of what these players played in journals; raises
            `SegueError` for a layout that it cannot read.
        run: its run folders.
        examples: returns what a run learns from.
    """

    reader: Callable[[Mapping[str, Any], Players], Reader[Any]]
    run: type[Run]
    examples: Callable[[Any], "Examples"]


@dataclass(frozen=True, slots=True)
class TrainingKind:
    """A kind of preset as training knows it.

    Attributes:
        recipes: what `segue train` offers.
        load_trainer: returns the trainer; the first call loads Keras and music21, which takes seconds.
    """

    recipes: tuple[Recipe, ...]
    load_trainer: Callable[[], Trainer]
