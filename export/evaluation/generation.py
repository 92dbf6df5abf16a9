"""Music of a preset to be judged: what the live engine's network plays when nobody steers it."""

from collections.abc import Callable

import numpy as np

from live.core.controls import Controls
from live.core.prediction import Moment
from live.predictor import open_predictor
from presets.bundle import Bundle
from presets.encoding import BEAT
from presets.event import Event


def generate(
    bundle: Bundle,
    pieces: int,
    length: int,
    rng_seed: int,
    progress: Callable[[int], None] = lambda done: None,
) -> list[list[Event]]:
    """Return pieces that a preset plays on from its seeds, in turn, with its own settings; without the seeds.

    Args:
        bundle: a score preset.
        pieces: how many.
        length: events of each.
        rng_seed: of the first piece; the next has the next number.
        progress: is told how many pieces are done.

    Raises:
        ModelError: if the network does not load.
        PredictionError: if it fails.
    """
    controls = Controls.of(bundle.settings)
    played: list[list[Event]] = []
    for number in range(pieces):
        predictor = open_predictor(bundle)
        rng = np.random.default_rng(rng_seed + number)
        seed = bundle.seeds[number % len(bundle.seeds)]
        window, position = seed.window, seed.position or BEAT
        for event in seed.window.events[1:]:
            position = position.after(event.ioi)
        piece: list[Event] = []
        while len(piece) < length:
            event = predictor.predict(window, Moment(position), controls, rng)
            window, position = window.push(event), position.after(event.ioi)
            piece.append(event)
        played.append(piece)
        progress(number + 1)
    return played
