"""The interface of a preset's network, as the performer uses it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from live.core.controls.table import Controls
from presets.bundles.kinds import Kind
from presets.errors import SegueError
from presets.music.encoding import Position
from presets.music.event import Event
from presets.music.window import Window


class PredictionError(SegueError):
    """The network could not predict; the performer rests and reports it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where in the bar the music is, and when the next event comes.

    Attributes:
        position: where in the bar the window's newest event was played.
        ioi: ticks from there to the next event, 1 or more; None to let the network choose.
        bars: the bar of the form in which the newest event is, and those that follow it; empty if there is
            no form.
        suggestion: what the next event should take up of the musician's phrase; None if nothing.
    """

    position: Position
    ioi: int | None = None
    bars: tuple["Ahead", ...] = ()
    suggestion: "Suggestion | None" = None
    soonest: int = 1


@dataclass(frozen=True, slots=True)
class Ahead:
    """A bar of the form, as seen from the newest event.

    Attributes:
        begins: ticks from the newest event to the bar line; below 0 if the bar has begun.
        section: the same to the bar line where its section begins.
        outline: what the bar is to be like, (O,); see `presets.music.outline`.
        back: ticks back to the bar that it is like; 0 if it is new.
    """

    begins: int
    section: int
    outline: NDArray[np.float32]
    back: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the next event should take up of the musician's phrase.

    Attributes:
        ioi: ticks from the newest event to it, 1 or more.
        note: its highest note as it sounds, 0..127; None where it is free.
        odds: the logarithm of the odds that it comes then.
        ticks: how long its highest note should sound, up to the next one; None where it is free.
    """

    ioi: int
    note: int | None
    odds: float
    ticks: int | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a preset reads an event.

    Attributes:
        text: the token, as the vocabulary spells it.
        exact: False if the vocabulary lacks the event and this is its nearest token.
    """

    text: str
    exact: bool


class Predictor(Protocol):
    """One preset's network. Owned by the performer's thread."""

    @property
    def kind(self) -> Kind:
        """The kind of its preset. One with rhythm chooses its events' intervals; others come in steps."""
        ...

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        """Return the event that follows this window of at least one event; its interval is 1 tick or more.

        Raises:
            PredictionError: if the network fails.
        """
        ...

    def understand(self, event: Event) -> Understanding:
        """Return how the network reads an event; every event is valid."""
        ...
