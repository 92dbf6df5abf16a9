"""The predictor of a score preset, which reads a performance event by event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import is_
from typing import Self

import numpy as np
from numpy.typing import NDArray

from live.core.controls.note_names import note_name
from live.core.controls.table import Controls
from live.core.generation.expression import Expression
from live.core.generation.metric_places import MetricPlaces, in_reach
from live.core.generation.played_bars import Played
from live.core.generation.prediction import Moment, Understanding
from live.core.generation.score_decoding import ScoreDecoder
from live.core.generation.score_state import Quotations, ScoreState
from live.inference.score_graphs import STATES, ScoreGraphs
from presets.bundles.bundle import Bundle
from presets.bundles.kinds import SCORE
from presets.bundles.networks import ScoreFiles
from presets.bundles.seed import Seed
from presets.bundles.settings import Settings
from presets.music.encoding import BEAT, GRID, Position
from presets.music.event import Event
from presets.music.window import Window

STATES_KEPT = 64
"""Maximum number of states: as many events as two bars of sixteenths in two hands."""

ALONE = 4
"""How many of the newest events get a state each: these may be corrected when their keys are released."""


@dataclass(frozen=True, slots=True)
class RecurrentState:
    """The network's state after a window. It never changes: to continue from it, copy it.

    Attributes:
        window: the window; `score_state` also knows what came before it.
        hidden: the trunk's output, (U,).
        state: the trunk's state, (4, U).
        score_state: the sounding notes and the phrase memory.
    """

    window: Window
    hidden: NDArray[np.float32]
    state: NDArray[np.float32]
    score_state: ScoreState


class ScorePredictor:
    """Predicts an event from a window, and keeps the network's state between predictions.

    It keeps states of the latest windows, each made from the one before by pushing events. To read a
    window, it starts from the latest state that the window continues, and runs the trunk once for each
    newer event. This works both after new events and after the end of the music was replaced. If there is no
    such state, it reads the whole window. Any thread may create it; from then on one thread owns it.

    Args:
        settings: settings of the preset.
        files: its network.
        seeds: the preset's own seeds, which it should not recite.

    Raises:
        ModelError: if a graph cannot be loaded, or does not fit the others or the parts.
    """

    kind = SCORE

    def __init__(self, settings: Settings, files: ScoreFiles, seeds: Sequence[Seed] = ()) -> None:
        self._parts = settings.parts
        self._quotations: Quotations = frozenset(
            pair for seed in seeds for pair in pairwise((None, *seed.window))
        )
        self._places = MetricPlaces(seeds)
        self._bars = settings.bars
        self._graphs = ScoreGraphs(settings.name, files, len(settings.parts))
        self._decoder = ScoreDecoder(self._graphs, settings)
        # Also of events that have not entered the window yet.
        self._meanings = Expression(settings.velocity, settings.events_kept)
        self._states: list[RecurrentState] = []

    @classmethod
    def of(cls, bundle: Bundle) -> Self:
        """Open the network of a score preset; `ModelError` as above."""
        assert isinstance(bundle.network, ScoreFiles)
        return cls(bundle.settings, bundle.network, bundle.seeds)

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        """Return the event that follows this window of at least one event; the position is on the grid.

        Raises:
            PredictionError: if onnxruntime fails or the network gives no probabilities.
        """
        position = moment.position if self._bars else Position(moment.position.tick % BEAT.bar, BEAT.bar)
        heard = self._listen(window, position, controls)
        meant = self._decoder.draw_event(
            heard.hidden,
            position,
            heard.score_state,
            controls,
            rng,
            place=moment.position,
            ioi=moment.ioi,
            bars=moment.bars,
            suggestion=moment.suggestion,
            intervals=in_reach(self._places.way_home(position), moment.soonest),
        )
        return self._meanings.sound(meant, controls)

    def understand(self, event: Event) -> Understanding:
        """Return the event's notes: a score network can read any note."""
        return Understanding(" ".join(map(note_name, event.note_numbers)), exact=True)

    def _listen(self, window: Window, position: Position, controls: Controls) -> RecurrentState:
        """Read this window and return its state, which becomes the latest one."""
        kept, new = self._shared(window)
        added: list[RecurrentState] = []
        if new:
            gone = count_gone(self._states[-1].window, window) if self._states else None
            heard = self._states[kept - 1] if kept else self._before(window, gone)
            events = window.events[-new:]
            if gone is not None:
                self._take_corrections(events, gone + len(window) - new, controls)
            positions = _positions(events, position)
            for first, end in pairwise([0, *range(max(1, new - ALONE), new), new]):
                heard = self._hear(heard, events[first:end], positions[first:end], controls)
                added.append(heard)
            self._meanings.forget(window)
        # Only now: if the network fails, nothing may have changed. States of replaced music are dropped.
        self._states[kept:] = added
        del self._states[:-STATES_KEPT]
        return self._states[-1]

    def _shared(self, window: Window) -> tuple[int, int]:
        """Return how many states this window continues, and how many events it has after the last one."""
        standing = set(map(id, window))
        for kept in range(len(self._states), 0, -1):
            before = self._states[kept - 1].window
            if id(before.events[-1]) in standing:
                new = count_new(before.events, window.events, window.length)
                if new is not None:
                    return kept, new
        return 0, len(window)

    def _take_corrections(self, events: Sequence[Event], first: int, controls: Controls) -> None:
        """Take events as corrections of those at the same indices of the latest window, from `first` on."""
        before = self._states[-1].window.events
        for place, event in enumerate(events, start=first):
            if 0 <= place < len(before):
                self._meanings.correct(before[place], event, controls)

    def _before(self, window: Window, gone: int | None) -> RecurrentState:
        """Return a state before a window that is read from scratch: it knows only the earlier events."""
        past: Sequence[Played] = ()
        if gone is not None:
            latest = self._states[-1]
            past = latest.score_state.bars.events
            past = past[: max(0, len(past) - len(latest.window) + gone)]
        return RecurrentState(
            Window(length=window.length),
            np.zeros(self._graphs.units, dtype=np.float32),
            np.zeros((STATES, self._graphs.units), dtype=np.float32),
            ScoreState(len(self._parts), past, self._quotations),
        )

    def _hear(
        self,
        before: RecurrentState,
        events: Sequence[Event],
        positions: Sequence[Position],
        controls: Controls,
    ) -> RecurrentState:
        """Return the state after further events."""
        score_state = before.score_state.copy()
        meant = [self._meanings.hear(event, controls) for event in events]
        hidden, state = self._graphs.listen(score_state.hear(meant, positions), before.state)
        return RecurrentState(
            Window.of((*before.window, *events), before.window.length), hidden, state, score_state
        )


def count_new(before: Sequence[Event], now: Sequence[Event], length: int) -> int | None:
    """Return how many events were pushed into a window since `before`; None if it does not continue that.

    Events are compared by identity, so that a repetition counts as new music.

    Args:
        before: the window's events before, oldest first, at least one.
        now: its events now, at least one.
        length: the capacity of the window; the oldest events leave it only when it is full.
    """
    for new, event in enumerate(reversed(now)):
        gone = len(before) - len(now) + new
        if (
            event is before[-1]
            and (gone == 0 or (gone > 0 and len(now) == length))
            and all(map(is_, before[gone:], now))
        ):
            return new
    return None


def count_gone(before: Iterable[Event], now: Iterable[Event]) -> int | None:
    """Return how many of the oldest events have left a window, even if others changed; None if all are new.

    It is found from the oldest event that was there before. Below 0 if other events have come before that.
    """
    stood = list(map(id, before))
    for place, event in enumerate(now):
        if id(event) in stood:
            return stood.index(id(event)) - place
    return None


def _positions(events: Sequence[Event], newest: Position) -> list[Position]:
    """Return where in the bar each event was played, counted back from the newest."""
    positions = [newest]
    for event in reversed(events[1:]):
        on_grid = (event.ioi + GRID // 2) // GRID * GRID
        positions.append(positions[-1].after(-on_grid))
    return positions[::-1]
