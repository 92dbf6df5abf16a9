"""The kinds of presets that can be trained: one table. It loads neither Keras nor music21."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from presets.bundles.kinds import CLASSIC, SCORE
from training.classic.kind import CLASSIC_TRAINING
from training.kind import TrainingKind
from training.runs.plan import Recipe
from training.runs.run_folder import Run, kind_of, read_json
from training.score.learning.kind import SCORE_TRAINING

TRAINING_KINDS: Mapping[str, TrainingKind] = {
    CLASSIC.name: CLASSIC_TRAINING,
    SCORE.name: SCORE_TRAINING,
}
"""The training side of each kind, by the kind's name."""

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe for kind in TRAINING_KINDS.values() for recipe in kind.recipes
}
"""Every recipe by its name."""


def open_run(path: Path) -> Run:
    """Open a run folder of any kind.

    Raises:
        RunError: if the folder holds no run, or a run of a kind that this version of segue does not know.
    """
    try:
        facts: dict[str, Any] = read_json(path / "run.json")
        kind = TRAINING_KINDS[kind_of(facts)]
    except (OSError, ValueError, AttributeError, KeyError):
        kind = CLASSIC_TRAINING  # opening it as a classic run raises an error that says what is wrong
    return kind.load_trainer().run.open(path)
