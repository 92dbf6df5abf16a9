"""Draws an event again if it would copy too much of the training set, each time a little hotter."""

from collections.abc import Iterator
from dataclasses import replace

from live.core.controls.table import Controls
from presets.bundles.settings import TEMPERATURE, TOP_K, Sampling

TRIES = 8
"""How often an event is drawn again before segue rests instead."""

HOTTER = 0.25
"""How much the temperature rises with each try."""


def attempts(controls: Controls) -> Iterator[Controls]:
    """Yield the controls for drawing an event, then those for each further try.

    A temperature of 0, or a small top-k or top-p, would draw the same event again. So each try raises all
    three.
    """
    yield controls
    if controls.originality is None:
        return
    for number in range(1, TRIES + 1):
        yield replace(
            controls, sampling=_hotter(controls.sampling, number), rhythm=_hotter(controls.rhythm, number)
        )


def _hotter(sampling: Sampling, number: int) -> Sampling:
    return Sampling(
        temperature=min(TEMPERATURE.high, sampling.temperature + number * HOTTER),
        top_k=sampling.top_k and min(int(TOP_K.high), sampling.top_k + number),
        top_p=min(1.0, sampling.top_p + (1 - sampling.top_p) * number / TRIES),
    )
