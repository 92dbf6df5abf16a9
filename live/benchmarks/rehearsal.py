"""The performer alone: it thinks as long as it takes, and nobody waits for the music to pass.

So minutes of music take seconds, and what the network costs is in them.
"""

import time
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from live.benchmarks.performing import BPM
from live.core.controls.values import Controls
from live.core.generation.prediction import Moment, Predictor, Understanding
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.planning.states import Entry, Source
from live.core.planning.style import Style
from live.inference.preset_loader import StagePreset
from live.midi.ports import NoMidiSystemError
from live.midi.system import open_midi_system
from presets.music.event import Event
from presets.music.window import Window


class Watched:
    """A predictor whose predictions are remembered; see `live.core.generation.prediction.Predictor`.

    Attributes:
        told: each event that was predicted, with the window that it followed.
    """

    def __init__(self, predictor: Predictor) -> None:
        self.told: list[tuple[Event, Window]] = []
        self._predictor = predictor

    @property
    def has_rhythm(self) -> bool:
        """As the predictor has it."""
        return self._predictor.has_rhythm

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        """Return the event that follows, and remember it."""
        event = self._predictor.predict(window, moment, controls, rng)
        # A tuple of their own, by which these notes are known again, whatever is made of the event.
        event = replace(event, notes=(*event.notes,))
        self.told.append((event, window))
        return event

    def understand(self, event: Event) -> Understanding:
        """Return how the network reads an event."""
        return self._predictor.understand(event)

    def window_before(self, event: Event) -> Window | None:
        """Return the window that this very event followed; None if another predictor told it."""
        return next((window for told, window in reversed(self.told) if told.notes is event.notes), None)


@dataclass(frozen=True, slots=True)
class PortTimes:
    """How long before its moment a port wants a message, and how long before it must have it; seconds."""

    lead: float = 0.0
    needed: float = 0.0

    @classmethod
    def here(cls, backend: str | None) -> Self:
        """Return those of segue's own port on this machine; nothing where there is no MIDI system."""
        try:
            with closing(open_midi_system(backend)) as system, closing(system.open_output()) as output:
                return cls(output.lead_seconds, output.needed_seconds)
        except NoMidiSystemError:
            return cls()


class HurryingClock:
    """The machine's clock, as long as something is done; what would be waited for is skipped."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def now(self) -> float:
        """Return the seconds."""
        return time.monotonic() + self._skipped

    def skip_to(self, moment: float) -> None:
        """Let it be that moment, if it has not passed."""
        self._skipped += max(0.0, moment - self.now())


class Rehearsal:
    """A performance without keyboard, player and screen.

    Args:
        performer: performs.
        port: that it would play into.

    Attributes:
        performer: the same.
        clock: its time.
        late: how many notes were handed over too late to leave at their moment.
    """

    def __init__(self, performer: Performer, port: PortTimes) -> None:
        self.performer = performer
        self.clock = HurryingClock()
        self.late = 0
        self._port = port
        performer.start()

    def play_until(self, moment: float) -> list[Entry]:
        """Perform until that moment, and return the events of segue's whose onset has come meanwhile."""
        came: list[Entry] = []
        while self.clock.now() < moment:
            history = self._history()
            newest = history[-1] if history else None
            orders = self.performer.pump(self.clock.now(), self._port.lead)
            handed_over = self.clock.now() + self._port.needed
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


def watched_style(preset: StagePreset) -> tuple[Style, Watched]:
    """Return what the performer plays a preset by, and the predictor in it."""
    settings, watched = preset.settings, Watched(preset.predictor)
    style = Style(
        settings.name,
        watched,
        settings.parts,
        Controls.of(settings),
        settings.events_kept,
        preset.think_seconds,
    )
    return style, watched


def rehearse(preset: StagePreset, style: Style, port: PortTimes) -> Rehearsal:
    """Begin a performance of a preset from its first seed, as it comes.

    Args:
        preset: the preset.
        style: what it is played by.
        port: that it would play into.
    """
    performance = Performance(style, preset.seeds[0], preset.settings.meter, BPM)
    return Rehearsal(Performer(performance, np.random.default_rng(0)), port)
