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
    """How presets of one kind are trained.

    The reader makes the pieces that the run stores, and the examples are made from that run.

    Attributes:
        reader: returns the reader for a corpus with this layout (the keys of
            `training.corpus.description.LAYOUT_KEYS`) and for the notes that these players played in
            journals; raises `SegueError` for a layout that it cannot read.
        run: the class of its run folders.
        examples: returns the examples that a run learns from.
    """

    reader: Callable[[Mapping[str, Any], Players], Reader[Any]]
    run: type[Run]
    examples: Callable[[Any], "Examples"]


@dataclass(frozen=True, slots=True)
class TrainingKind:
    """A kind of preset as training knows it.

    Attributes:
        recipes: the recipes that `segue train` offers.
        load_trainer: returns the trainer; the first call loads Keras and music21, which takes seconds.
    """

    recipes: tuple[Recipe, ...]
    load_trainer: Callable[[], Trainer]
