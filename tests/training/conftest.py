import dataclasses
import importlib.util
from pathlib import Path

import pytest

STUDIO = ("keras", "matplotlib", "music21", "tensorflow")
missing = [name for name in STUDIO if importlib.util.find_spec(name) is None]
if missing:
    # Playing needs none of them; the extra `studio` brings them, and these tests with them.
    collect_ignore_glob = ["*"]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("SEGUE_CACHE", str(folder))
    return folder


@pytest.fixture
def tiny_recipe():
    from training.kinds import RECIPES

    return dataclasses.replace(RECIPES["chopin"], lstm_units=8, dense_units=8, batch_all=4, dropout=0.1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # Keras asks TensorFlow's variables for arrays in a way that NumPy 2 deprecates.
        item.add_marker(pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"))
