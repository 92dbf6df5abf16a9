"""The performer alone: without ports, senders and screen, but predictions take the time that they take.

With a `HurryingClock` nobody waits for the music to pass, so minutes of music take seconds. With a
`WaitingClock` the music takes as long as on stage.
"""

import time
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from live.benchmarks.performing import BPM
from live.core.controls.table import Controls
from live.core.generation.prediction import Moment, Predictor, Understanding
from live.core.output.orders import Orders
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.planning.states import Entry, Source
from live.core.planning.style import Style
from live.inference.preset_loader import StagePreset
from live.midi.ports import NoMidiSystemError
from live.midi.system import open_midi_system
from live.ports.process import HOP_SECONDS
from live.system.clock import Clock
from presets.bundles.kinds import Kind
from presets.music.event import Event
from presets.music.readings import shipped_readings
from presets.music.window import Window

SWITCH_SECONDS = 5.0
"""How long a preset plays where presets are switched."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """A prediction.

    Attributes:
        event: the event; its notes are a tuple of their own, which identifies it.
        window: the music that it was predicted from.
        began: when the prediction began, in seconds.
        ended: when it was there.
    """

    event: Event
    window: Window
    began: float
    ended: float


class WatchedPredictor:
    """A predictor that remembers its predictions; see `live.core.generation.prediction.Predictor`.

    Args:
        predictor: makes the predictions.
        clock: says when.

    Attributes:
        predicted: the predictions, in order.
    """

    def __init__(self, predictor: Predictor, clock: Clock) -> None:
        self.predicted: list[Predicted] = []
        self._predictor = predictor
        self._clock = clock

    @property
    def kind(self) -> Kind:
        """The predictor's."""
        return self._predictor.kind

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        """Predict an event, and remember it."""
        began = self._clock.now()
        event = self._predictor.predict(window, moment, controls, rng)
        # A new tuple, which identifies these notes whatever becomes of the event.
        event = replace(event, notes=(*event.notes,))
        self.predicted.append(Predicted(event, window, began, self._clock.now()))
        return event

    def understand(self, event: Event) -> Understanding:
        """Return how the network reads an event."""
        return self._predictor.understand(event)

    def window_before(self, event: Event) -> Window | None:
        """Return the window before this very event; None if another predictor made it."""
        newest_first = reversed(self.predicted)
        return next((mine.window for mine in newest_first if mine.event.notes is event.notes), None)


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


class RehearsalClock(Clock, Protocol):
    """The clock of a rehearsal, which decides what happens while nothing is due."""

    def skip_to(self, moment: float) -> None:
        """Return at a moment, in seconds; at once if it has passed."""
        ...


class WaitingClock:
    """The system clock: it waits."""

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    def skip_to(self, moment: float) -> None:
        """Wait until a moment, unless it has passed."""
        time.sleep(max(0.0, moment - self.now()))


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
        clock: the clock.

    Attributes:
        performer: the performer.
        port: as given.
        clock: as given.
        late: the moment of each note that was committed too late to be on time, in seconds.
        put_off: by how many of its own intervals an event was put off because the network was too slow, by
            its moment.
    """

    def __init__(self, performer: Performer, port: PortTimes, clock: RehearsalClock) -> None:
        self.performer = performer
        self.port = port
        self.clock = clock
        self.late: list[float] = []
        self.put_off: dict[float, int] = {}
        self._rested = 0
        performer.start()

    def play_until(self, moment: float) -> list[Entry]:
        """Perform until a moment, and return segue's events whose onset has come meanwhile."""
        came: list[Entry] = []
        while self.clock.now() < moment:
            history = self._history()
            newest = history[-1] if history else None
            orders = self.performer.pump(self.clock.now(), self.port.lead)
            handed_over = self.clock.now() + self.port.lead
            self.late += [strike.at for strike in orders.strikes if strike.at < handed_over]
            self._watch_rests(orders)
            came += [entry for entry in self._newer_than(newest) if entry.source is Source.SEGUE]
            self.clock.skip_to(min(self.performer.deadline, moment))
        return came

    def _watch_rests(self, orders: Orders) -> None:
        rested = self.performer.status(self.clock.now()).rested
        if rested > self._rested and orders.strikes:
            self.put_off[min(strike.at for strike in orders.strikes)] = rested - self._rested
        self._rested = rested

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


def watched_style(preset: StagePreset, clock: Clock) -> tuple[Style, WatchedPredictor]:
    """Return a preset's style, and the predictor in it, which looks at this clock."""
    settings, watched = preset.settings, WatchedPredictor(preset.predictor, clock)
    style = Style(
        settings.name,
        watched,
        settings.parts,
        # Shading plays other notes than were predicted: an event could not be found again.
        replace(Controls.of(settings), shading=0.0),
        settings.events_kept,
        preset.think_seconds,
        originality=preset.originality,
        forms=preset.forms,
        readings=shipped_readings(),
    )
    return style, watched


def rehearse(
    preset: StagePreset, style: Style, port: PortTimes, clock: RehearsalClock, bpm: float = BPM
) -> Rehearsal:
    """Start a performance of a preset from its first seed.

    Args:
        preset: the preset.
        style: the style made from it.
        port: the times of the port it would play into.
        clock: the clock.
        bpm: quarter notes a minute.
    """
    performance = Performance(style, preset.seeds[0], preset.settings.meter, bpm)
    return Rehearsal(Performer(performance, np.random.default_rng(0)), port, clock)
