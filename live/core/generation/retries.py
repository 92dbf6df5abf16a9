"""How an event is drawn again that would copy too much of the training set: each time a little hotter."""

from collections.abc import Iterator
from dataclasses import replace

from live.core.controls.values import Controls
from presets.bundles.settings import TEMPERATURE, TOP_K, Sampling

TRIES = 8
"""How often an event is drawn again before it gives way to a rest."""

HOTTER = 0.25
"""By how much the temperature rises with each of them."""


def attempts(controls: Controls) -> Iterator[Controls]:
    """Yield the controls that an event is drawn by, and those that it is drawn by again, if it has to be.

    A temperature of 0, or a choice among very few, would draw the same again: both give way in steps.
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
