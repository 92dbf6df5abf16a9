"""The classic kind in the table of kinds that can be trained."""

from training.classic.plan import CHOPIN, ZELDA
from training.kind import Trainer, TrainingKind


def _load_trainer() -> Trainer:
    from training.classic.trainer import CLASSIC_TRAINER

    return CLASSIC_TRAINER


CLASSIC_TRAINING = TrainingKind((CHOPIN, ZELDA), _load_trainer)
