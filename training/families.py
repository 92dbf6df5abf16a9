"""All families of networks, by the name that their recipes give."""

from training.classic.family import CLASSIC
from training.family import Family
from training.recipes import ClassicRecipe, ScoreRecipe
from training.score.family import SCORE

FAMILIES: dict[str, Family] = {
    ClassicRecipe.family: CLASSIC,
    ScoreRecipe.family: SCORE,
}
