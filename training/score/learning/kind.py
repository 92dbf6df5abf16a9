"""The score kind in the table of kinds that can be trained."""

from training.kind import Trainer, TrainingKind
from training.score.learning.plan import SCORE_RECIPE


def _load_trainer() -> Trainer:
    from training.score.learning.trainer import SCORE_TRAINER

    return SCORE_TRAINER


SCORE_TRAINING = TrainingKind((SCORE_RECIPE,), _load_trainer)
