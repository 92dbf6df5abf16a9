import importlib.util

import pytest

STUDIO = ("keras", "matplotlib", "music21", "onnx", "tensorflow", "tf2onnx")
missing = [name for name in STUDIO if importlib.util.find_spec(name) is None]
if missing:
    # Playing needs none of them; the extra `studio` brings them, and these tests with them.
    collect_ignore = ["classic", "evaluation", "score"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # Keras asks TensorFlow's variables for arrays in a way that NumPy 2 deprecates.
        item.add_marker(pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"))
