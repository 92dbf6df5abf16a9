"""A score preset's network, which hears a performance event after event."""

from collections.abc import Sequence
from itertools import islice, pairwise

import numpy as np

from live.core.controls import Controls
from live.core.hearing import Hearing, Quotations
from live.core.note_names import note_name
from live.core.prediction import Moment, Understanding
from live.core.score import draw_event
from live.core.touch import Meanings
from live.score_graphs import STATES, ScoreGraphs
from presets.encoding import BEAT, GRID, Position
from presets.event import Event
from presets.networks import ScoreFiles
from presets.seed import Seed
from presets.settings import Settings
from presets.window import Window


class ScorePredictor:
    """Predicts an event from a window, carrying the network's state. Made anywhere, then owned by one thread.

    What was pushed into the window since the last prediction is heard, one step of the trunk an event; where
    its past has changed, the whole window is heard anew.

    Args:
        settings: of a preset.
        files: its network.
        seeds: its own, which it shall not recite.

    Raises:
        ModelError: if a graph does not load, or does not fit the others or the parts.
    """

    has_rhythm = True

    def __init__(self, settings: Settings, files: ScoreFiles, seeds: Sequence[Seed] = ()) -> None:
        self._parts = len(settings.parts)
        self._quotations: Quotations = frozenset(
            pair for seed in seeds for pair in pairwise((None, *seed.window))
        )
        self._bars = settings.bars
        self._graphs = ScoreGraphs(settings.name, files, self._parts)
        # Of the window, and of events on their way into it.
        self._meanings = Meanings(settings.velocity, 2 * settings.events_kept)
        self._window = Window()
        self._hearing = Hearing(self._parts, quotations=self._quotations)
        self._state = self._hidden = np.zeros(0, dtype=np.float32)
        self._forget()

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        """Return the event that follows this window of at least one event.

        Raises:
            PredictionError: if onnxruntime fails or the network gives no probabilities.
        """
        position = self._known_position(moment.position)
        self._listen(window, position, controls)
        meant = draw_event(
            self._graphs,
            self._hidden,
            position,
            self._hearing,
            controls,
            rng,
            parts=self._parts,
            ioi=moment.ioi,
        )
        return self._meanings.sound(meant, controls)

    def understand(self, event: Event) -> Understanding:
        """Return the event's notes: a score network knows them all."""
        return Understanding(" ".join(map(note_name, event.note_numbers)), exact=True)

    def _known_position(self, position: Position) -> Position:
        """Return a position as the network knows it: on the grid, and without bars if its corpus had none."""
        tick, bar = (position.tick, position.bar) if self._bars else (position.tick % BEAT.bar, BEAT.bar)
        return Position((tick + GRID // 2) // GRID * GRID % bar, bar)

    def _listen(self, window: Window, position: Position, controls: Controls) -> None:
        """Bring the state up to the window's newest event."""
        # By identity: music that repeats itself is new music.
        new = count_new(list(map(id, self._window)), list(map(id, window)), window.length)
        if new == 0:
            return
        if new is None:
            self._begin_anew(window)
            new = len(window)
        events = [self._meanings.hear(event, controls) for event in window.events[-new:]]
        heard = self._hearing.hear(events, _positions(events, position))
        try:
            self._hidden, self._state = self._graphs.listen(heard, self._state)
        except Exception:
            # Half of it was heard: the next time, hear all of it.
            self._forget()
            raise
        self._window = window

    def _begin_anew(self, window: Window) -> None:
        """Let a window be heard from its beginning; what lies before it is for the phrase memory only."""
        before, past = self._window, self._hearing.past
        self._forget()
        # The same notes with other lengths are the same music, corrected.
        new = count_new(
            [event.note_numbers for event in before], [event.note_numbers for event in window], window.length
        )
        if new is not None:
            left = len(past) - (len(window) - new)
            self._hearing = Hearing(self._parts, islice(past, max(0, left)), self._quotations)

    def _forget(self) -> None:
        self._window = Window()
        self._hearing = Hearing(self._parts, quotations=self._quotations)
        self._state = np.zeros((STATES, self._graphs.units), dtype=np.float32)
        self._hidden = np.zeros(self._graphs.units, dtype=np.float32)


def count_new(before: Sequence[object], now: Sequence[object], length: int) -> int | None:
    """Return how many were pushed into a window since it was as before; None if its past is another.

    Args:
        before: what stood in it, oldest first.
        now: what stands in it, at least one.
        length: how many it holds: only where it is full have the oldest left.
    """
    for new in range(max(0, len(now) - len(before)), len(now)):
        kept = len(now) - new
        gone = len(before) - kept
        if now[:kept] == before[gone:] and (gone == 0 or len(now) == length):
            return new
    return None


def _positions(events: Sequence[Event], newest: Position) -> list[Position]:
    """Return where in the bar each event was struck, counted back from the newest."""
    positions = [newest]
    for event in reversed(events[1:]):
        on_grid = (event.ioi + GRID // 2) // GRID * GRID
        positions.append(positions[-1].after(-on_grid))
    return positions[::-1]
