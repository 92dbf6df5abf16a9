"""Generate music to judge a preset: the live engine's network plays with nobody changing the controls."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from export.judging.hearing import Music
from live.core.controls.table import Controls
from live.core.generation.prediction import Moment
from live.core.generation.retries import attempts
from live.core.planning.form_ahead import bars_ahead, form_after
from live.inference.opening import open_predictor
from presets.bundles.bundle import Bundle
from presets.music.encoding import BEAT, Position
from presets.music.event import Event
from presets.music.originality import Trail


@dataclass(frozen=True, slots=True)
class Commission:
    """The music that a preset is to make.

    Attributes:
        pieces: number of pieces.
        events: events in each piece.
        rng_seed: the seed of the first piece; each further piece uses the next number.
        originality: pieces never share this many successive events with a training piece; None for the
            preset's own limit.
    """

    pieces: int
    events: int
    rng_seed: int = 0
    originality: int | None = None


def generate(
    bundle: Bundle, commission: Commission, progress: Callable[[int], None] = lambda done: None
) -> list[Music]:
    """Return pieces in which a preset continues its seeds, in turn, with its default controls.

    The seeds are not part of the pieces.

    Args:
        bundle: a score preset.
        commission: the music to make.
        progress: called with the number of finished pieces.

    Raises:
        ModelError: if the network does not load.
        PredictionError: if a prediction fails.
    """
    controls = Controls.of(bundle.settings)
    if commission.originality is not None:
        controls = replace(controls, originality=commission.originality)
    limit = controls.originality
    index = None if limit is None else bundle.network.read_index()
    forms = bundle.network.read_forms(len(bundle.settings.parts))
    played: list[Music] = []
    for number in range(commission.pieces):
        predictor = open_predictor(bundle)
        rng = np.random.default_rng(commission.rng_seed + number)
        seed = bundle.seeds[number % len(bundle.seeds)]
        window, position = seed.window, seed.newest(BEAT.bar)
        events: list[Event] = []
        positions: list[Position] = []
        trail, rest = Trail(), 0
        form = (
            None if forms is None else form_after(forms, seed, bundle.settings, commission.rng_seed + number)
        )
        now = 0
        while len(events) < commission.events:
            ahead = () if form is None else bars_ahead(form, now)
            for attempt in attempts(controls):
                event = predictor.predict(window, Moment(position, bars=ahead), attempt, rng)
                event = replace(event, ioi=event.ioi + rest)
                following = trail if index is None else index.follow(trail, event)
                if limit is None or following.length < limit:
                    break
            else:
                rest += controls.step_ticks
                continue
            trail, rest = following, 0
            window, position, now = window.push(event), position.after(event.ioi), now + event.ioi
            events.append(event)
            positions.append(position)
        origin = f"seed {number % len(bundle.seeds) + 1}"
        played.append(Music(f"generated {number + 1}", tuple(events), tuple(positions), origin))
        progress(number + 1)
    return played
