import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from presets.bundles.settings import Meter
from presets.music.encoding import Position
from presets.music.event import Event, Note
from tests.export.nobody import Nobody

LAYOUT = {
    "bars": True,
    "parts": [
        {"name": "melody", "tracks": ["MELODY"], "program": 73},
        {"name": "bass", "tracks": ["BASS"], "channel": 1},
    ],
}


def waltz(name: str, bars: int, lowest: int, rng_seed: int):
    """A tune in quarters and eighths over a bass note a bar, as a piece that was read."""
    from training.score.reading.piece import ScorePiece

    rng = np.random.default_rng(rng_seed)
    events, positions = [], []
    for _ in range(bars):
        for tick, ioi in ((0, 480), (480, 480), (720, 240), (960, 240)):
            tune = lowest + 24 + int(rng.choice((0, 2, 4, 5, 7, 9, 11)))
            notes = [Note(tune, int(rng.integers(200, 480)), int(rng.integers(60, 100)))]
            notes += [Note(lowest, 1440, 50, 1)] * (tick == 0)
            events.append(Event.of(ioi if events else 0, notes))
            positions.append(Position(tick, 1440))
    return ScorePiece(name, f"sha256 of {name}", tuple(events), tuple(positions), 90 + lowest, Meter(3, 4))


@pytest.fixture(scope="session")
def trained_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from training.corpus.description import About, Source
    from training.corpus.reading import Corpus
    from training.runs.fitting import fit
    from training.score.learning.plan import ScorePlan, ScoreRecipe
    from training.score.learning.run import ScoreRun
    from training.score.learning.trainer import SCORE_TRAINER

    recipe = dataclasses.replace(
        ScoreRecipe("score"), lstm_units=8, event_units=8, head_units=8, batch=4, window=16, epochs=2
    )
    pieces = tuple(waltz(f"{index:02}.mid", 6 + index, 36 + index, index) for index in range(11))
    corpus = Corpus(
        About(Source("Waltzes", "Ann", "CC0", "the keyboard"), LAYOUT), pieces, (("bad.mid", "no header"),)
    )
    run = ScoreRun.create(
        tmp_path_factory.mktemp("runs") / "run",
        ScorePlan(recipe, epochs=2, window=16),
        corpus,
        "segue train --recipe score",
    )
    run.add_facts(backend="tensorflow", versions={"python": "3.11", "tensorflow": "2"})
    fit(run, SCORE_TRAINER.examples(run), 2, math.inf, Nobody())
    return run.path


@pytest.fixture(scope="session")
def run(trained_folder: Path):
    from training.score.learning.run import ScoreRun

    return ScoreRun.open(trained_folder)


@pytest.fixture(scope="session")
def network(run):
    from export.score.convert import load_network

    return load_network(run, "best")


@pytest.fixture(scope="session")
def graphs(network):
    from export.score.convert import convert

    return convert(network)
