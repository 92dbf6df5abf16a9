"""Presets made ready to play: read, their networks opened and warmed, in the background where music plays."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from threading import Event as Flag
from threading import Thread

import numpy as np

from live.core.controls.values import Controls
from live.core.generation.prediction import Moment, Predictor
from live.inference.opening import open_predictor
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from presets.bundles.seed import Seed
from presets.bundles.settings import Settings
from presets.errors import SegueError
from presets.music.encoding import Position
from presets.music.event import Event
from presets.music.originality import OriginalityIndex
from presets.music.window import Window

PRIMINGS = 7
"""Windows that are heard anew to see how long that takes. The first takes longer, and is not counted, nor is
the slowest of the others: what interrupted it is no matter of the network's."""

CLOSE_SECONDS = 2.0
"""How long closing waits for a preset that is being loaded; it takes a tenth of a second."""


@dataclass(frozen=True, slots=True)
class StagePreset:
    """A preset that can play at once.

    Attributes:
        settings: what it says of itself.
        seeds: music to start from, at least one.
        predictor: its network, warm; from now on owned by the thread that plays.
        think_seconds: what it needed at worst to hear a whole window anew and to tell an event.
        originality: finds what is copied from the music that it was trained on; None if it has no index.
    """

    settings: Settings
    seeds: tuple[Seed, ...]
    predictor: Predictor
    think_seconds: float
    originality: OriginalityIndex | None = None


@dataclass(frozen=True, slots=True)
class PresetReady:
    """A preset was loaded.

    Attributes:
        number: its place in the list, from 0.
        preset: the preset.
    """

    number: int
    preset: StagePreset


@dataclass(frozen=True, slots=True)
class PresetFailed:
    """A preset cannot be played; the others can.

    Attributes:
        number: its place in the list, from 0.
        reason: one sentence.
    """

    number: int
    reason: str


def load_stage_preset(name: str) -> StagePreset:
    """Make a preset ready to play, by its name or the path of its folder.

    Raises:
        SegueError: if there is no such preset, or it is not intact, or its network fails.
    """
    bundle = load_preset(name)
    predictor = open_predictor(bundle)
    # Sorted here, and not while it plays.
    index = bundle.network.read_index()
    return StagePreset(bundle.settings, bundle.seeds, predictor, _warm(bundle, predictor), index)


class PresetLoader:
    """Loads presets one after the other, in a thread of its own. A context manager.

    Args:
        names: of the presets, or the paths of their folders.
        report: gets what has become of each, in their order; called from the loader's thread, so it must only
            enqueue.
    """

    def __init__(self, names: Sequence[str], report: Callable[[PresetReady | PresetFailed], None]) -> None:
        self._names = tuple(names)
        self._report = report
        self._closing = Flag()
        # A daemon: a file system that does not answer must not keep the process.
        self._thread = Thread(target=self._load, name="segue-presets", daemon=True)

    def __enter__(self) -> "PresetLoader":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Load no more, and report no more; may be called before `start`, and again."""
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
    """Take the least real-time priority that there is, where the system grants it.

    Below the threads that play, but above every other program: whatever interrupts a thread that has Python's
    lock makes all the others wait. With every core busy, a thread that woke each millisecond waited for 20 to
    50 ms while presets were loaded at the usual priority, and for 4 at this one.
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
    except Exception as error:  # whatever it is, the music that plays goes on
        return PresetFailed(
            number, f"preset {name!r} cannot be loaded: {type(error).__name__}: {error}; export it again"
        )


def _warm(bundle: Bundle, predictor: Predictor) -> float:
    """Let a network predict what it will have to, and return how long the worst of it took in seconds."""
    settings, seed = bundle.settings, bundle.seeds[0]
    moment = Moment(seed.position or Position(0, settings.meter.bar_ticks))
    controls, rng = Controls.of(settings), np.random.default_rng(0)
    seconds = []
    for _ in range(PRIMINGS):
        window = _unheard(seed.window, settings.events_kept)
        began = time.perf_counter()
        predictor.predict(window, moment, controls, rng)
        seconds.append(time.perf_counter() - began)
    return sorted(seconds[1:])[-2]


def _unheard(window: Window, length: int) -> Window:
    """Return as many events, in which a predictor sees none that it knows."""
    events = islice(cycle(window), length)
    return Window.of((Event.of(event.ioi, event.notes) for event in events), length)
