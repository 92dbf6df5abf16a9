import dataclasses
import math
from pathlib import Path

import pytest

from tests.export.nobody import Nobody


@pytest.fixture(scope="session")
def trained_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.training.music import scale_piece
    from training.classic.plan import ClassicPlan
    from training.classic.run import ClassicRun
    from training.classic.trainer import CLASSIC_TRAINER
    from training.corpus.description import About, Source
    from training.corpus.reading import Corpus
    from training.kinds import RECIPES
    from training.runs.fitting import fit

    recipe = dataclasses.replace(RECIPES["chopin"], lstm_units=8, dense_units=8, batch_all=4)
    pieces = tuple(scale_piece(f"{index:02}.mid", 30, lowest=40 + index) for index in range(11))
    corpus = Corpus(
        About(Source("Scales", "Ann", "CC0", "the keyboard")), pieces, (("bad.mid", "no header"),)
    )
    run = ClassicRun.create(
        tmp_path_factory.mktemp("runs") / "run",
        ClassicPlan(recipe, window=10),
        corpus,
        "segue train --recipe chopin",
    )
    run.add_facts(backend="tensorflow", versions={"tensorflow": "2"})
    fit(run, CLASSIC_TRAINER.examples(run), 2, math.inf, Nobody())
    return run.path


@pytest.fixture
def run(trained_folder: Path):
    from training.classic.run import ClassicRun

    return ClassicRun.open(trained_folder)
