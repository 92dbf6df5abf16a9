"""A score preset's network, which hears a performance event after event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import is_
from typing import Self

import numpy as np
from numpy.typing import NDArray

from live.core.controls.note_names import note_name
from live.core.controls.values import Controls
from live.core.generation.expression import Expression
from live.core.generation.metric_places import MetricPlaces
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
from presets.music.phrase_memory import Remembered
from presets.music.window import Window

STATES_KEPT = 64
"""States that are kept: as many events as two bars of sixteenths in two hands."""

ALONE = 4
"""Of many new events, the newest that get a state each: those are corrected, when their keys come up."""


@dataclass(frozen=True, slots=True)
class RecurrentState:
    """The state of the network after a window. It never changes: what goes on from it copies it.

    Attributes:
        window: what was heard last; `hearing` knows of what came before it.
        hidden: what the trunk made of it, (U,).
        state: of the trunk, (4, U).
        hearing: what was heard.
    """

    window: Window
    hidden: NDArray[np.float32]
    state: NDArray[np.float32]
    hearing: ScoreState


class ScorePredictor:
    """Predicts an event from a window, carrying the network's state. Made anywhere, then owned by one thread.

    It keeps the states after the latest windows, each window the one before with events pushed into it. It
    hears a window from the latest state that shares its context: one step of the trunk for every event that
    is new to that state, whether the event was pushed or the end of the music was taken back and goes on in
    another way. Where there is no such state, it hears the whole window again.

    Args:
        settings: of a preset.
        files: its network.
        seeds: its own, which it shall not recite.

    Raises:
        ModelError: if a graph does not load, or does not fit the others or the parts.
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
        self._decoder = ScoreDecoder(self._graphs, settings.parts)
        # Besides those of the window, of events on their way into it.
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
            heard.hearing,
            controls,
            rng,
            ioi=moment.ioi,
            intervals=self._places.way_home(position),
        )
        return self._meanings.sound(meant, controls)

    def understand(self, event: Event) -> Understanding:
        """Return the event's notes: a score network knows them all."""
        return Understanding(" ".join(map(note_name, event.note_numbers)), exact=True)

    def _listen(self, window: Window, position: Position, controls: Controls) -> RecurrentState:
        """Return the state after this window, which is the latest from now on."""
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
        # Only now, for a network that fails has heard nothing. What was taken back does not come again.
        self._states[kept:] = added
        del self._states[:-STATES_KEPT]
        return self._states[-1]

    def _shared(self, window: Window) -> tuple[int, int]:
        """Return how many states have gone on into this window, and how many events came after them."""
        standing = set(map(id, window))
        for kept in range(len(self._states), 0, -1):
            before = self._states[kept - 1].window
            if id(before.events[-1]) in standing:
                new = count_new(before.events, window.events, window.length)
                if new is not None:
                    return kept, new
        return 0, len(window)

    def _take_corrections(self, events: Sequence[Event], first: int, controls: Controls) -> None:
        """Let events mean what those meant that stood where they do, from that place of the latest window."""
        before = self._states[-1].window.events
        for place, event in enumerate(events, start=first):
            if 0 <= place < len(before):
                self._meanings.correct(before[place], event, controls)

    def _before(self, window: Window, gone: int | None) -> RecurrentState:
        """Return the state before a window that is heard again: it knows only what was played before it."""
        past: Sequence[Remembered] = ()
        if gone is not None:
            latest = self._states[-1]
            past = latest.hearing.past
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
        hearing = before.hearing.copy()
        meant = [self._meanings.hear(event, controls) for event in events]
        hidden, state = self._graphs.listen(hearing.hear(meant, positions), before.state)
        return RecurrentState(
            Window.of((*before.window, *events), before.window.length), hidden, state, hearing
        )


def count_new(before: Sequence[Event], now: Sequence[Event], length: int) -> int | None:
    """Return how many were pushed into a window since it was as before; None if its past is another.

    By identity: music that repeats itself is new music.

    Args:
        before: what stood in it, oldest first, at least one.
        now: what stands in it, at least one.
        length: how many it holds: only where it is full have the oldest left.
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
    """Return how many of the oldest have left a window, whatever changed in it; None if it is another.

    By the oldest that stood in it before: below 0 if others stand before the oldest of then.
    """
    stood = list(map(id, before))
    for place, event in enumerate(now):
        if id(event) in stood:
            return stood.index(id(event)) - place
    return None


def _positions(events: Sequence[Event], newest: Position) -> list[Position]:
    """Return where in the bar each event was struck, counted back from the newest."""
    positions = [newest]
    for event in reversed(events[1:]):
        on_grid = (event.ioi + GRID // 2) // GRID * GRID
        positions.append(positions[-1].after(-on_grid))
    return positions[::-1]
