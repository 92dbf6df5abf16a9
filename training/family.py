"""What makes a family of networks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from training.corpus.journals import Players
from training.corpus.reading import Reader
from training.runs.examples import Examples
from training.runs.run_folder import Run


@dataclass(frozen=True, slots=True)
class Family:
    """What a training asks of a family; all of one family go together.

    Attributes:
        reader: how a corpus of this layout (the keys of `training.corpus.description.LAYOUT_KEYS`) is read,
            and what these players played in journals.
        run: its kind of run folder.
        examples: what a run learns from.
    """

    reader: Callable[[Mapping[str, Any], Players], Reader[Any]]
    run: type[Run]
    examples: Callable[[Any], Examples]
