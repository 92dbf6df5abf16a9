from dataclasses import replace

import pytest

from export.default_controls import CONTROLS_OF_PRESETS, words_of
from export.evaluation import search as searching
from export.evaluation.evaluation import EvaluationError
from export.evaluation.search import STEPS, _moved, search
from presets.bundles.library import load_preset
from presets.bundles.settings import Sampling
from tests.export.judging.tunes import music
from tests.golden.make_steps import FOLDER

BUNDLE = load_preset(str(FOLDER))


@pytest.fixture
def asked(monkeypatch):
    """Settings that were tried; the nearest have a temperature of 0.7 and a chord temperature of 1.2."""
    tried = []

    def distance_from(bundle, corpus, originality):
        def distance(settings):
            tried.append(settings)
            return (
                abs(settings.sampling.temperature - 0.7)
                + abs(settings.chords.temperature - 1.2)
                + abs(settings.recall - 0.3)
            )

        return distance

    monkeypatch.setattr(searching, "_distance_from", distance_from)
    return tried


PLAIN = replace(
    BUNDLE,
    settings=replace(
        BUNDLE.settings,
        sampling=Sampling(),
        chords=Sampling(),
        rhythm=Sampling(),
        durations=Sampling(),
        dynamics=Sampling(),
    ),
)


def test_what_helps_stays_and_nothing_is_tried_twice(asked):
    progress = []
    found = search(PLAIN, [], 400, progress=progress.append)
    assert found.settings.sampling.temperature == pytest.approx(0.7, abs=0.03)
    assert found.settings.chords.temperature == pytest.approx(1.2, abs=0.03)
    assert found.settings.recall == pytest.approx(0.3, abs=0.05)
    assert found.settings.rhythm == PLAIN.settings.rhythm
    assert found.before == pytest.approx(0.8)
    assert found.after < 0.1
    assert found.tries == len(asked) == len(set(asked)) == progress[-1] < 400
    assert asked[0] == PLAIN.settings


def test_it_ends_after_its_tries(asked):
    found = search(PLAIN, [], 5)
    assert found.tries == len(asked) == 5
    assert search(PLAIN, [], 1).settings == PLAIN.settings


def test_every_control_stays_in_its_range(asked):
    search(replace(PLAIN, settings=replace(PLAIN.settings, recall=0.9, sampling=Sampling(0.05))), [], 100)
    assert all(0 <= settings.recall <= 1 and settings.sampling.top_p <= 1 for settings in asked)
    assert len(STEPS) == 11


def test_a_top_p_is_never_0():
    (top_p,) = (control for control in CONTROLS_OF_PRESETS if control.name == "top-p")
    settings = replace(PLAIN.settings, sampling=Sampling(top_p=0.05))
    assert _moved(settings, top_p, -0.05).sampling.top_p == 0.05
    assert _moved(settings, top_p, 2.0).sampling.top_p == 1


def test_what_was_found_is_said_as_options_of_the_export(asked):
    found = search(PLAIN, [], 400)
    words = words_of(found.settings)
    assert words[words.index("--chord-temperature") + 1] == f"{found.settings.chords.temperature:g}"
    assert " ".join(words) in str(found)
    assert found.to_json() == {
        "options": words,
        "before": found.before,
        "after": found.after,
        "tries": found.tries,
    }


def test_a_corpus_of_short_pieces_cannot_be_searched():
    short = music("short", *[[60]] * 40)
    with pytest.raises(EvaluationError, match="a search needs a piece of at least 64 events and 16 bars"):
        search(PLAIN, [short], 3)
