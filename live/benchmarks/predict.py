"""How long a network takes for a prediction; on one thread, as on stage."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from live.benchmarks.setting import Measured, Row, Setting
from live.benchmarks.statistics import spread
from live.core.controls.table import Controls
from live.core.generation.prediction import Ahead, Moment, Predictor
from live.core.generation.score_decoding import ScoreDecoder
from live.core.generation.score_state import ScoreState
from live.core.planning.form_ahead import first_bars
from live.inference.opening import open_predictor
from live.inference.score_graphs import STATES, ScoreGraphs
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from presets.bundles.networks import ScoreFiles
from presets.music.encoding import Position
from presets.music.event import Event, Note
from presets.music.window import WINDOW_LENGTH, Window

PRESETS = ("chopin", "chopin-classic")
"""One of each kind."""

EVENTS = 1000
PRIMES = 100
WARMING = 3
"""The first predictions of each kind, which are not counted."""


def measure(setting: Setting) -> Measured:
    """Predict with each preset; `seconds` has no effect here.

    Raises:
        SegueError: if a preset does not load.
    """
    rows: list[Row] = []
    for preset in PRESETS if setting.preset is None else (setting.preset,):
        setting.say(f"predict: {preset}")
        bundle = load_preset(preset)
        name = bundle.settings.name
        if isinstance(bundle.network, ScoreFiles):
            rows += _time_graphs(bundle, bundle.network)
            events = EVENTS
        else:
            events = PRIMES  # a classic network reads its whole window for each event
        rows.append(_row(f"{name}: whole event", _time_events(bundle, events)))
        rows.append(_row(f"{name}: prime, {WINDOW_LENGTH} events", _time_primes(bundle, PRIMES)))
    return Measured(
        tuple(rows),
        (
            "whole event: the time of a prediction as the music goes on; prime: the time of one after music "
            "that the network has not heard yet",
        ),
    )


def _row(what: str, seconds: Sequence[float]) -> Row:
    return Row(what, "ms", {**spread(seconds), "times": len(seconds)})


def _time_graphs(bundle: Bundle, files: ScoreFiles) -> Iterator[Row]:
    """Time the trunk and the heads separately: each processes the same event over and over."""
    parts = len(bundle.settings.parts)
    graphs = ScoreGraphs(bundle.settings.name, files, parts)
    decoder = ScoreDecoder(graphs, bundle.settings)
    seed, score_state = bundle.seeds[0], ScoreState(parts)
    position = seed.position or Position(0, bundle.settings.meter.bar_ticks)
    heard = score_state.hear(seed.window.events, [position] * len(seed.window))
    silence = np.zeros((STATES, graphs.units), dtype=np.float32)
    hidden, state = graphs.listen(heard, silence)
    controls, rng = Controls.of(bundle.settings), np.random.default_rng(0)

    bars = _bars(bundle)

    def predict() -> Event:
        return decoder.draw_event(hidden, position, score_state, controls, rng, bars=bars)

    yield _row(
        f"{bundle.settings.name}: trunk, one event",
        _times(lambda _: graphs.listen(heard[-1:], state), EVENTS),
    )
    yield _row(f"{bundle.settings.name}: heads, one event", _times(lambda _: predict(), EVENTS))


def _time_events(bundle: Bundle, count: int) -> list[float]:
    """Time predictions that continue from a seed, as on stage."""
    predictor, controls, rng = _ready(bundle)
    window, position = _start(bundle)
    bars = _bars(bundle)

    def go_on(_: int) -> None:
        nonlocal window, position
        event = predictor.predict(window, Moment(position, bars=bars), controls, rng)
        window, position = window.push(event), position.after(event.ioi)

    return _times(go_on, count)


def _time_primes(bundle: Bundle, count: int) -> list[float]:
    """Time predictions after windows that the network has not heard before."""
    predictor, controls, rng = _ready(bundle)
    window, position = _start(bundle)
    pasts = [_varied(window, number) for number in range(count + WARMING)]
    moment = Moment(position, bars=_bars(bundle))
    return _times(lambda number: predictor.predict(pasts[number], moment, controls, rng), count)


def _ready(bundle: Bundle) -> tuple[Predictor, Controls, np.random.Generator]:
    return open_predictor(bundle), Controls.of(bundle.settings), np.random.default_rng(0)


def _start(bundle: Bundle) -> tuple[Window, Position]:
    seed = bundle.seeds[0]
    return seed.window, seed.newest(bundle.settings.meter.bar_ticks)


def _bars(bundle: Bundle) -> tuple[Ahead, ...]:
    """Return the bars of the form that begins after the first seed."""
    forms = bundle.network.read_forms(len(bundle.settings.parts))
    return first_bars(forms, bundle.seeds[0], bundle.settings)


def _varied(window: Window, number: int) -> Window:
    """Return other music of the same density, different for each number."""

    def change(note: Note) -> Note:
        return replace(note, note=min(127, note.note + 1 + number % 2), duration=note.duration + number)

    events = [replace(event, notes=tuple(map(change, event.notes))) for event in window]
    return Window.of(events[-WINDOW_LENGTH:], window.length)


def _times(act: Callable[[int], object], count: int) -> list[float]:
    """Return the seconds that each call took."""
    seconds = []
    for number in range(count + WARMING):
        began = time.perf_counter()
        act(number)
        seconds.append(time.perf_counter() - began)
    return seconds[WARMING:]
