"""The performer alone: predictions take real time, but nobody waits for the music to pass.

So minutes of music take seconds, and the cost of the network is included.
"""

import time
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from live.benchmarks.performing import BPM
from live.core.controls.table import Controls
from live.core.generation.prediction import Moment, Predictor, Understanding
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.planning.states import Entry, Source
from live.core.planning.style import Style
from live.inference.preset_loader import StagePreset
from live.midi.ports import NoMidiSystemError
from live.midi.system import open_midi_system
from live.ports.process import HOP_SECONDS
from presets.bundles.kinds import Kind
from presets.music.event import Event
from presets.music.readings import shipped_readings
from presets.music.window import Window


class WatchedPredictor:
    """A predictor that remembers its predictions; see `live.core.generation.prediction.Predictor`.

    Attributes:
        predicted: each event, with the window before it.
    """

    def __init__(self, predictor: Predictor) -> None:
        self.predicted: list[tuple[Event, Window]] = []
        self._predictor = predictor

    @property
    def kind(self) -> Kind:
        """The predictor's."""
        return self._predictor.kind

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        """Predict an event, and remember it."""
        event = self._predictor.predict(window, moment, controls, rng)
        # A new tuple, which identifies these notes whatever becomes of the event.
        event = replace(event, notes=(*event.notes,))
        self.predicted.append((event, window))
        return event

    def understand(self, event: Event) -> Understanding:
        """Return how the network reads an event."""
        return self._predictor.understand(event)

    def window_before(self, event: Event) -> Window | None:
        """Return the window before this very event; None if another predictor made it."""
        return next((window for mine, window in reversed(self.predicted) if mine.notes is event.notes), None)


@dataclass(frozen=True, slots=True)
class PortTimes:
    """How long before its moment the port process wants an order, in seconds."""

    lead: float = HOP_SECONDS

    @classmethod
    def here(cls, backend: str | None) -> Self:
        """Return the time of segue's own port here; that of any port if there is no MIDI system."""
        try:
            with closing(open_midi_system(backend)) as system, closing(system.open_output()) as output:
                return cls(output.lead_seconds + HOP_SECONDS)
        except NoMidiSystemError:
            return cls()


class HurryingClock:
    """A clock that runs while the program works, and skips every wait."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def now(self) -> float:
        """Return the seconds."""
        return time.monotonic() + self._skipped

    def skip_to(self, moment: float) -> None:
        """Jump to a moment, unless it has passed."""
        self._skipped += max(0.0, moment - self.now())


class Rehearsal:
    """A performance without keyboard, senders and screen.

    Args:
        performer: the performer.
        port: the times of the port it would play into.

    Attributes:
        performer: the performer.
        clock: its clock.
        late: how many notes were committed too late to be on time.
    """

    def __init__(self, performer: Performer, port: PortTimes) -> None:
        self.performer = performer
        self.clock = HurryingClock()
        self.late = 0
        self._port = port
        performer.start()

    def play_until(self, moment: float) -> list[Entry]:
        """Perform until a moment, and return segue's events whose onset has come meanwhile."""
        came: list[Entry] = []
        while self.clock.now() < moment:
            history = self._history()
            newest = history[-1] if history else None
            orders = self.performer.pump(self.clock.now(), self._port.lead)
            handed_over = self.clock.now() + self._port.lead
            self.late += sum(strike.at < handed_over for strike in orders.strikes)
            came += [entry for entry in self._newer_than(newest) if entry.source is Source.SEGUE]
            self.clock.skip_to(min(self.performer.deadline, moment))
        return came

    def onset(self, entry: Entry) -> float:
        """Return the moment of an event that came while the music runs."""
        transport = self.performer.status(self.clock.now()).clock.transport
        assert transport is not None
        assert entry.tick is not None
        return transport.seconds_at(entry.tick)

    def _history(self) -> tuple[Entry, ...]:
        return self.performer.status(self.clock.now()).history

    def _newer_than(self, newest: Entry | None) -> list[Entry]:
        entries: list[Entry] = []
        for entry in reversed(self._history()):
            if entry is newest:
                break
            entries.insert(0, entry)
        return entries


def watched_style(preset: StagePreset) -> tuple[Style, WatchedPredictor]:
    """Return a preset's style, and the predictor in it."""
    settings, watched = preset.settings, WatchedPredictor(preset.predictor)
    style = Style(
        settings.name,
        watched,
        settings.parts,
        Controls.of(settings),
        settings.events_kept,
        preset.think_seconds,
        originality=preset.originality,
        forms=preset.forms,
        readings=shipped_readings(),
    )
    return style, watched


def rehearse(preset: StagePreset, style: Style, port: PortTimes) -> Rehearsal:
    """Start a performance of a preset from its first seed.

    Args:
        preset: the preset.
        style: the style made from it.
        port: the times of the port it would play into.
    """
    performance = Performance(style, preset.seeds[0], preset.settings.meter, BPM)
    return Rehearsal(Performer(performance, np.random.default_rng(0)), port)
