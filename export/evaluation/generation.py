"""Generate music to judge a preset: the live engine's network plays with nobody changing the controls."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from export.judging.hearing import Music
from live.core.controls.table import Controls
from live.core.generation.prediction import Moment
from live.core.generation.retries import attempts
from live.inference.opening import open_predictor
from presets.bundles.bundle import Bundle
from presets.music.encoding import BEAT, Position
from presets.music.event import Event
from presets.music.originality import Trail


def generate(
    bundle: Bundle,
    pieces: int,
    length: int,
    rng_seed: int,
    progress: Callable[[int], None] = lambda done: None,
    originality: int | None = None,
) -> list[Music]:
    """Return pieces in which a preset continues its seeds, in turn, with its default controls.

    The seeds are not part of the pieces.

    Args:
        bundle: a score preset.
        pieces: number of pieces.
        length: events in each piece.
        rng_seed: the seed of the first piece; each further piece uses the next number.
        progress: called with the number of finished pieces.
        originality: pieces never share this many successive events with a training piece; None for no limit.

    Raises:
        ModelError: if the network does not load.
        PredictionError: if a prediction fails.
    """
    controls = replace(Controls.of(bundle.settings), originality=originality)
    index = None if originality is None else bundle.network.read_index()
    played: list[Music] = []
    for number in range(pieces):
        predictor = open_predictor(bundle)
        rng = np.random.default_rng(rng_seed + number)
        seed = bundle.seeds[number % len(bundle.seeds)]
        window, position = seed.window, seed.position or BEAT
        for event in seed.window.events[1:]:
            position = position.after(event.ioi)
        events: list[Event] = []
        positions: list[Position] = []
        trail, rest = Trail(), 0
        while len(events) < length:
            for attempt in attempts(controls):
                event = predictor.predict(window, Moment(position), attempt, rng)
                event = replace(event, ioi=event.ioi + rest)
                following = trail if index is None else index.follow(trail, event)
                if originality is None or following.length < originality:
                    break
            else:
                rest += controls.step_ticks
                continue
            trail, rest = following, 0
            window, position = window.push(event), position.after(event.ioi)
            events.append(event)
            positions.append(position)
        played.append(Music(f"generated {number + 1}", tuple(events), tuple(positions)))
        progress(number + 1)
    return played
