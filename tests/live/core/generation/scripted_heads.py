"""Heads that want what a script says, and heads that want anything."""

import numpy as np

from presets.bundles.settings import Part, Settings
from presets.music.encoding import DURATIONS, IOIS, KEYS, VELOCITIES, symbol, velocity_class
from presets.music.encoding import duration_class as class_of_duration
from presets.music.event import Event
from presets.music.features import MATCHES


def settings_of(parts: int, **settings) -> Settings:
    """Return the settings of a preset with so many parts."""
    return Settings("scripted", "for tests", "score", parts=(Part("piano"),) * parts, **settings)


def want(classes: int, wanted: int) -> np.ndarray:
    """Return the logits of a network that is nearly sure, as one row."""
    return np.where(np.arange(classes) == wanted, 16, 0).astype(np.float32)[np.newaxis]


class ScriptedHeads:
    """Tell one event; what its notes wants next is the lowest of its notes above those told.

    Attributes:
        asked: the heads, in the order in which they were asked.
        expected: what each was told of the phrase memory: the length of the match, or a class + 1.
    """

    def __init__(self, event: Event, parts: int = 1) -> None:
        self.asked: list[str] = []
        self.expected: list[int] = []
        self.parts = parts
        self.ioi = event.ioi
        self.notes = {symbol(note, parts): note for note in event.notes}

    sees_form = False

    def rhythm(self, given):
        self._hear("ioi", int(given["expected_ioi"][0, -MATCHES:].argmax()))
        return want(IOIS, self.ioi // 20)

    def context(self, given):
        match = given["expected_notes"][0, -MATCHES:]
        self._hear("context", int(match.argmax()) if match.any() else 0)
        return {"context": np.concatenate([given["next_position"], given["next_ringing"]], axis=1)}

    def note(self, context, below, last_duration, last_velocity):
        self._hear("note", 0)
        told = np.flatnonzero(below)
        above = [key for key in sorted(self.notes) if not len(told) or key > told[-1]]
        return want(self.parts * KEYS + 1, above[0] if above else self.parts * KEYS)

    def duration(self, context, below, last_duration, symbol, expected_duration, earlier_durations):
        self._hear("duration", expected_duration)
        return want(len(DURATIONS), class_of_duration(self.notes[symbol].duration))

    def velocity(self, context, last_velocity, symbol, duration, expected_velocity):
        self._hear("velocity", expected_velocity)
        return want(VELOCITIES, velocity_class(self.notes[symbol].velocity))

    def _hear(self, head, expected):
        self.asked.append(head)
        self.expected.append(expected)


class WildHeads:
    """Want anything, and some things very much; what was passed by as well."""

    sees_form = True

    def __init__(self, seed: int, parts: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._parts = parts

    def rhythm(self, given):
        return self._anything(IOIS)

    def context(self, given):
        return {"context": self._anything(8)}

    def note(self, context, below, last_duration, last_velocity):
        return self._anything(self._parts * KEYS + 1)

    def duration(self, context, below, last_duration, symbol, expected_duration, earlier_durations):
        return self._anything(len(DURATIONS))

    def velocity(self, context, last_velocity, symbol, duration, expected_velocity):
        return self._anything(VELOCITIES)

    def _anything(self, classes):
        logits = self._rng.normal(size=classes) * self._rng.choice([0, 1, 30])
        logits[self._rng.random(classes) < self._rng.random()] = -1e9
        return logits.astype(np.float32)[np.newaxis]
