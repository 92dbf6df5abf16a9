import dataclasses
import importlib.util
import math
from pathlib import Path

import pytest

STUDIO = ("keras", "matplotlib", "music21", "onnx", "tensorflow", "tf2onnx")
missing = [name for name in STUDIO if importlib.util.find_spec(name) is None]
if missing:
    # Playing needs none of them; the extra `studio` brings them, and these tests with them.
    collect_ignore_glob = ["test_*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # Keras asks TensorFlow's variables for arrays in a way that NumPy 2 deprecates.
        item.add_marker(pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"))


class Nobody:
    """Hears nothing of a fitting."""

    def updated(self, *_: object) -> None:
        pass

    def ended_epoch(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def trained_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.training.music import scale_piece
    from training.about import About, Source
    from training.classic.family import CLASSIC
    from training.classic.run import ClassicRun
    from training.corpus import Corpus
    from training.fitting import fit
    from training.plan import ClassicPlan
    from training.recipes import RECIPES

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
    fit(run, CLASSIC.course(run), 2, math.inf, Nobody())
    return run.path


@pytest.fixture
def run(trained_folder: Path):
    from training.classic.run import ClassicRun

    return ClassicRun.open(trained_folder)
