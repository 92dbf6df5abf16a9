"""Measurements are no tests, but each must still begin: what it calls may have changed since it ran last."""

from importlib import import_module
from pathlib import Path

import pytest

ROOMS = ("live", "training", "export", "presets", "tests")
NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


@pytest.mark.studio
@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("test_")])
def test_it_finds_everything_that_it_imports(name):
    try:
        import_module(f"tests.measurements.{name}")
    except OSError as missing:
        pytest.skip(f"libjack is missing: {missing}")
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.split(".")[0] in ROOMS:
            raise
        pytest.skip(str(missing))
