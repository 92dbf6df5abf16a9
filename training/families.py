"""All families of networks, by the name that their recipes give."""

from pathlib import Path
from typing import Any

from training.classic.family import CLASSIC
from training.family import Family
from training.runs.recipes import ClassicRecipe, ScoreRecipe
from training.runs.run_folder import Run, family_of, read_json
from training.score.learning.family import SCORE

FAMILIES: dict[str, Family] = {
    ClassicRecipe.family: CLASSIC,
    ScoreRecipe.family: SCORE,
}


def open_run(path: Path) -> Run:
    """Open the folder of a run, of whichever family it is.

    Raises:
        RunError: if there is none, or none of a family that this segue knows.
    """
    try:
        facts: dict[str, Any] = read_json(path / "run.json")
        family = FAMILIES[family_of(facts)]
    except (OSError, ValueError, AttributeError, KeyError):
        family = CLASSIC  # whose own reading says what is wrong
    return family.run.open(path)
