"""Searches how a preset draws: the default controls that bring its music nearest to its corpus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from export.default_controls import CONTROLS_OF_PRESETS, words_of
from export.evaluation.evaluation import EvaluationError
from export.evaluation.generation import Commission, generate
from export.judging.counting import differences
from export.judging.features.table import feature_rows
from export.judging.hearing import Hearing, Music
from export.judging.windows import LEAST, Window, sample_windows
from live.core.controls.control import Control, value_at, with_value
from presets.bundles.bundle import Bundle
from presets.bundles.settings import Settings
from presets.counting import count_of

PIECES, EVENTS = 16, 512
"""Size of the music of one try."""

FIRST_SEED = 1_000_000
"""The `--rng-seed` of each try, far from those of evaluations: what is found is measured on other music."""

FARTHEST = 3.0
"""Deviations: a feature that is farther away than this counts no more, so that one feature cannot decide."""

DECIMALS = 3

STEPS = {
    "temperature": 0.1,
    "top-p": 0.05,
    "chord-temperature": 0.1,
    "rhythm-temperature": 0.1,
    "rhythm-top-p": 0.05,
    "duration-temperature": 0.1,
    "duration-top-p": 0.05,
    "dynamics-temperature": 0.1,
    "recall": 0.2,
    "density": 0.1,
    "form": 0.4,
}
"""How far a control is moved at first, by its name, in the order of the search."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        settings: the preset's settings with the best controls.
        before: mean distance of all features from the corpus with the preset's own controls, in standard
            deviations.
        after: the same with the best controls.
        tries: how many ways of drawing were tried, its own among them.
    """

    settings: Settings
    before: float
    after: float
    tries: int

    def to_json(self) -> dict[str, Any]:
        """Return the controls as options of `segue export`, the distances and the tries."""
        return {
            "options": words_of(self.settings),
            "before": self.before,
            "after": self.after,
            "tries": self.tries,
        }

    def __str__(self) -> str:
        return (
            f"drawn with the best of {count_of(self.tries, 'way')} that were tried, its features "
            f"{self.after:.2f} deviations from the corpus in the mean, {self.before:.2f} before: "
            f"{' '.join(words_of(self.settings))}"
        )


def search(
    bundle: Bundle,
    corpus: Sequence[Music],
    tries: int,
    originality: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Found:
    """Return the best of so many ways of drawing.

    A pattern search (Hooke and Jeeves 1961, "Direct Search Solution of Numerical and Statistical Problems"):
    each control in turn is moved a step up, then down; a move that helps stays. After a round without any,
    the steps are halved. All tries use the same random numbers.

    Args:
        bundle: a score preset.
        corpus: the music that it was trained on.
        tries: at least 1.
        originality: the music of a try never shares this many successive events with a training piece; None
            for no limit.
        progress: called with the number of finished tries.

    Raises:
        EvaluationError: if no piece of the corpus is long enough.
    """
    measure = _distance_from(bundle, corpus, originality)
    done = 0

    def attempt(settings: Settings) -> float:
        nonlocal done
        distance = measure(settings)
        done += 1
        progress(done)
        return distance

    settings = bundle.settings
    before = nearest = attempt(settings)
    known = {settings}
    steps = dict(STEPS)
    has_forms = bundle.network.read_forms(len(settings.parts)) is not None
    names = [name for name in STEPS if has_forms or name != "form"]
    controls = [control for name in names for control in CONTROLS_OF_PRESETS if control.name == name]
    while done < tries and max(steps[name] / STEPS[name] for name in steps) > 1 / 8:
        improved = False
        for control in controls:
            for direction in (1, -1):
                moved = _moved(settings, control, direction * steps[control.name])
                if done == tries or moved in known:
                    continue
                known.add(moved)
                distance = attempt(moved)
                if distance < nearest:
                    settings, nearest, improved = moved, distance, True
                    break
        if not improved:
            steps = {name: step / 2 for name, step in steps.items()}
    return Found(settings, before, nearest, done)


def _moved(settings: Settings, control: Control, step: float) -> Settings:
    """Return settings with a control moved, as far as its range allows; a top-p never to 0."""
    limits, fields = control.limits, control.fields[1:]
    assert limits is not None, "only numbers are searched"
    least = abs(step) if fields[-1] == "top_p" else limits.low
    value = round(min(max(value_at(settings, fields) + step, least), limits.high), DECIMALS)
    return with_value(settings, fields, value)


def _distance_from(
    bundle: Bundle, corpus: Sequence[Music], originality: int | None
) -> Callable[[Settings], float]:
    """Return a function that measures how far music drawn with other settings is from the corpus."""
    hearing = Hearing.between(corpus, corpus, range(len(bundle.settings.parts)))
    commission = Commission(PIECES, EVENTS, FIRST_SEED, originality)

    def windows_of(music: Sequence[Music]) -> list[Window]:
        return sample_windows(list(map(hearing.piece, music)), np.random.default_rng(0))

    windows = windows_of(corpus)
    if not windows:
        raise EvaluationError(
            f"a search needs a piece of at least {LEAST} in the corpus, got none: leave --search out"
        )
    names, real = feature_rows(windows, has_dynamics=hearing.has_dynamics)

    def distance(settings: Settings) -> float:
        windows = windows_of(generate(replace(bundle, settings=settings), commission))
        if not windows:
            return FARTHEST
        _, drawn = feature_rows(windows, has_dynamics=hearing.has_dynamics)
        found = differences(names, real, drawn, np.zeros(len(drawn), dtype=np.int64))
        return float(np.mean([min(abs(difference.deviations), FARTHEST) for difference in found]))

    return distance
