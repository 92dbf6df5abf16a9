"""Makes presets ready to play: reads them, opens and warms up their networks; in the background if needed."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from threading import Event as Flag
from threading import Thread

import numpy as np

from live.core.controls.table import Controls
from live.core.generation.prediction import Moment, Predictor
from live.core.planning.form_ahead import first_bars
from live.inference.opening import open_predictor
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from presets.bundles.seed import Seed
from presets.bundles.settings import Settings
from presets.errors import SegueError
from presets.music.event import Event
from presets.music.form import Forms
from presets.music.originality import OriginalityIndex
from presets.music.window import Window

PRIMINGS = 7
"""Number of windows predicted to measure how long the network takes. The first one takes longer and does not
count. Nor does the slowest of the others, which was probably interrupted."""

CLOSE_SECONDS = 2.0
"""How long `close` waits for a preset that is loading, which usually takes a tenth of a second."""


@dataclass(frozen=True, slots=True)
class StagePreset:
    """A preset that can play at once.

    Attributes:
        settings: its settings.
        seeds: music to start from, at least one.
        predictor: its network, warmed up; from now on owned by the thread that plays.
        think_seconds: the longest time it took to read a whole window and predict an event, in seconds.
        originality: finds passages copied from its training set; None if it has no index.
        forms: the forms of its training set; None if it has none.
    """

    settings: Settings
    seeds: tuple[Seed, ...]
    predictor: Predictor
    think_seconds: float
    originality: OriginalityIndex | None = None
    forms: Forms | None = None


@dataclass(frozen=True, slots=True)
class PresetReady:
    """A preset was loaded.

    Attributes:
        number: its index in the list, from 0.
        preset: the preset.
    """

    number: int
    preset: StagePreset


@dataclass(frozen=True, slots=True)
class PresetFailed:
    """A preset could not be loaded; the others are not affected.

    Attributes:
        number: its index in the list, from 0.
        reason: one sentence.
    """

    number: int
    reason: str


def load_stage_preset(name: str) -> StagePreset:
    """Load a preset by its name or the path of its folder, and make it ready to play.

    Raises:
        SegueError: if there is no such preset, if it is damaged, or if its network fails.
    """
    bundle = load_preset(name)
    predictor = open_predictor(bundle)
    # Sort the index here, not while music plays.
    index = bundle.network.read_index()
    forms = bundle.network.read_forms(len(bundle.settings.parts))
    think_seconds = _warm(bundle, predictor, forms)
    return StagePreset(bundle.settings, bundle.seeds, predictor, think_seconds, index, forms)


class PresetLoader:
    """Loads presets one after another in its own thread. A context manager.

    Args:
        names: names of the presets, or paths of their folders.
        report: called with each result, in the order of the names; it runs on the loader's thread, so it must
            only enqueue.
    """

    def __init__(self, names: Sequence[str], report: Callable[[PresetReady | PresetFailed], None]) -> None:
        self._names = tuple(names)
        self._report = report
        self._closing = Flag()
        # A daemon, so that a file system that does not answer cannot keep the process from ending.
        self._thread = Thread(target=self._load, name="segue-presets", daemon=True)

    def __enter__(self) -> "PresetLoader":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def start(self) -> None:
        """Start loading."""
        self._thread.start()

    def close(self) -> None:
        """Stop loading and reporting; may be called before `start`, and more than once."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)

    def _load(self) -> None:
        _take_least_priority()
        for number, name in enumerate(self._names):
            found = _try(number, name)
            if self._closing.is_set():
                return
            self._report(found)


def _take_least_priority() -> None:
    """Give this thread the lowest real-time priority, if the system allows it.

    It is below the threads that play, but above every other program: a program that interrupts the thread
    with Python's lock makes all the others wait. Measured with every core busy: a thread that woke each
    millisecond waited for 20 to 50 ms while presets were loaded at normal priority, and for 4 ms at this one.
    """
    if hasattr(os, "sched_setscheduler"):
        with suppress(OSError):
            least = os.sched_get_priority_min(os.SCHED_FIFO)
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(least))


def _try(number: int, name: str) -> PresetReady | PresetFailed:
    try:
        return PresetReady(number, load_stage_preset(name))
    except SegueError as error:
        return PresetFailed(number, str(error))
    except Exception as error:  # whatever it is, the music must continue
        return PresetFailed(
            number, f"preset {name!r} cannot be loaded: {type(error).__name__}: {error}; export it again"
        )


def _warm(bundle: Bundle, predictor: Predictor, forms: Forms | None) -> float:
    """Warm up a network by predicting from whole windows; return how long it takes at worst, in seconds."""
    settings, seed = bundle.settings, bundle.seeds[0]
    moment = Moment(seed.newest(settings.meter.bar_ticks), bars=first_bars(forms, seed, settings))
    controls, rng = Controls.of(settings), np.random.default_rng(0)
    seconds = []
    for _ in range(PRIMINGS):
        window = _unheard(seed.window, settings.events_kept)
        began = time.perf_counter()
        predictor.predict(window, moment, controls, rng)
        seconds.append(time.perf_counter() - began)
    return sorted(seconds[1:])[-2]


def _unheard(window: Window, length: int) -> Window:
    """Return the window filled up to `length` with copies of its events, which no predictor has seen."""
    events = islice(cycle(window), length)
    return Window.of((Event.of(event.ioi, event.notes) for event in events), length)
