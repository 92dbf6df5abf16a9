"""Draws an event of a score network: the chain of its heads, field by field."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from live.core.controls.table import Controls
from live.core.generation.masks import allowed_notes, favour_density, favour_register
from live.core.generation.recall_bias import RecallBias
from live.core.generation.sampling import distribution, following, sample
from live.core.generation.score_state import ScoreState
from presets.bundles.settings import Settings
from presets.music.encoding import (
    GRID,
    KEYS,
    Position,
    ioi_class,
    ioi_ticks,
    note_of,
    write_expectation,
)
from presets.music.event import Event, Note
from presets.music.features import (
    expected_ioi_features,
    expected_note_features,
    ioi_features,
    position_features,
)
from presets.music.phrase_memory import Expectation

Floats = NDArray[np.float32]


class Heads(Protocol):
    """The heads of a score network for one event; `training.score.learning.network` says what they are given.

    P parts, U units, C numbers of context. Every method may raise `PredictionError`.
    """

    def rhythm(self, hidden: Floats, expected_ioi: Floats) -> Floats:
        """Return the logits of the inter-onset interval: (385,).

        Args:
            hidden: what the trunk made of the past, (U,).
            expected_ioi: features of the interval that the phrase memory expects.
        """
        ...

    def context(
        self,
        hidden: Floats,
        next_ioi: Floats,
        next_position: Floats,
        next_ringing: Floats,
        expected_notes: Floats,
    ) -> Floats:
        """Return what the notes of an event have in common, (C,), from features of its onset."""
        ...

    def note(self, context: Floats, below: Floats, last_duration: int, last_velocity: int) -> Floats:
        """Return the logits of the next note symbol, STOP last: (P * 88 + 1,).

        Args:
            context: of the event, (C,).
            below: 1 for each symbol that was drawn before, (P * 88,).
            last_duration: class + 1 of the note drawn before, 0 if there is none.
            last_velocity: the same for its velocity.
        """
        ...

    def duration(
        self, context: Floats, below: Floats, last_duration: int, symbol: int, expected_duration: int
    ) -> Floats:
        """Return the logits of the duration class of the note `symbol`.

        Args:
            context: of the event, (C,).
            below: as for the note.
            last_duration: as for the note.
            symbol: the note.
            expected_duration: class + 1 that the phrase memory expects of this note, 0 for none.
        """
        ...

    def velocity(
        self, context: Floats, last_velocity: int, symbol: int, duration: int, expected_velocity: int
    ) -> Floats:
        """Return the logits of the note's velocity class; `duration` is its class."""
        ...


@dataclass(frozen=True, slots=True)
class _Onset:
    """What is known of an event at its onset, before its notes are drawn.

    Attributes:
        context: what the network made of its onset, (C,).
        expected_durations: class + 1 that the phrase memory expects of each note, (P * 88,).
        expected_velocities: the same for velocities, (P * 88,).
        reminder: favours the notes that it expects.
    """

    context: Floats
    expected_durations: NDArray[np.uint8]
    expected_velocities: NDArray[np.uint8]
    reminder: RecallBias


class ScoreDecoder:
    """Draws events from a score network's predictions. Owned by one thread.

    Args:
        heads: of the network.
        settings: of the preset: its P parts, in the order of the note symbols, and how it draws each choice.
    """

    def __init__(self, heads: Heads, settings: Settings) -> None:
        self._heads = heads
        self._settings = settings
        self._parts = settings.parts

    def draw_event(
        self,
        hidden: Floats,
        position: Position,
        score_state: ScoreState,
        controls: Controls,
        rng: np.random.Generator,
        *,
        ioi: int | None = None,
        intervals: NDArray[np.bool_] | None = None,
    ) -> Event:
        """Draw the event that follows, as the network means it.

        How it sounds, `live.core.generation.expression` says.

        The inter-onset interval comes first; then, from the bottom up, a note, its duration and its velocity,
        until STOP, or until no further note is allowed. Where parts rest, the network predicts the event with
        what they would play, and the event keeps the notes of the others. It always has a note.

        Args:
            hidden: what the trunk made of the past, (U,).
            position: of the newest event.
            score_state: what has been played up to there; it is only read.
            controls: how each field is drawn, and what is allowed.
            rng: the only source of chance.
            ioi: ticks of the interval, 1 or more, where the network is not to choose it.
            intervals: which classes of intervals it may choose, (385,); None for all.

        Raises:
            PredictionError: if the network fails.
        """
        heads, count = self._heads, len(self._parts)
        expected = score_state.expectation
        reminder = RecallBias(score_state.reminder, controls.recall)
        if ioi is None:
            logits = heads.rhythm(
                hidden, expected_ioi_features(np.array(expected.match), np.array(expected.ioi))
            )
            logits = reminder.favour_interval(logits)
            if intervals is not None:
                logits = np.where(intervals, logits, -np.inf)
            ioi = ioi_ticks(sample(favour_density(logits, controls.density), controls.rhythm, rng))
        interval, onset = ioi_class(ioi), position.after(ioi)
        if interval != expected.ioi:
            expected = Expectation()
        durations, velocities = np.zeros((2, count * KEYS), dtype=np.uint8)
        write_expectation(expected, durations, velocities)
        context = heads.context(
            hidden,
            ioi_features(np.array(interval)),
            position_features(np.array(onset.tick // GRID), np.array(onset.bar // GRID)),
            score_state.ringing(interval),
            expected_note_features(np.array(expected.match), durations > 0),
        )
        known = _Onset(context, durations, velocities, reminder.after(interval))
        # A network is sure that the parts of a chord belong together: one that must not tell some of them
        # would tell their notes, or others beside them, in those that are left.
        everyone = replace(controls, resting_parts=frozenset())
        plays = allowed_notes(controls, count)
        notes = self._draw_notes(known, everyone, rng, plays)
        if not notes:
            # Only the parts that rest would have played.
            notes = self._draw_notes(known, replace(controls, max_notes=1), rng, plays)
        return Event.of(ioi, notes)

    def _draw_notes(
        self, known: _Onset, controls: Controls, rng: np.random.Generator, plays: NDArray[np.bool_]
    ) -> list[Note]:
        """Draw the notes of an event, and return those that are played: maybe none.

        Args:
            known: what is known of it.
            controls: how each field is drawn, and what is allowed.
            rng: the only source of chance.
            plays: which symbols are played where the network predicts them, (P * 88,).
        """
        heads, context, settings = self._heads, known.context, self._settings
        chords = following(settings.chords, controls.sampling, settings.sampling)
        durations = following(settings.durations, controls.rhythm, settings.rhythm)
        allowed = allowed_notes(controls, len(self._parts))
        stop = len(allowed)
        # With STOP, which cannot come first.
        possible = np.append(allowed, False)
        below = np.zeros(stop, dtype=np.float32)
        last_duration = last_velocity = 0
        notes: list[Note] = []
        drawn: tuple[int, ...] = ()
        while True:
            logits = heads.note(context, below, last_duration, last_velocity)
            logits = known.reminder.favour_note(logits, drawn)
            logits = favour_register(logits, controls.register, possible, self._parts)
            logits = np.where(possible, logits, -np.inf)
            if possible[stop] and rng.random() < distribution(logits, chords)[stop]:
                return notes
            logits[stop] = -np.inf
            symbol = sample(logits, controls.sampling, rng)
            expected_duration = int(known.expected_durations[symbol])
            expected_velocity = int(known.expected_velocities[symbol])
            logits = heads.duration(context, below, last_duration, symbol, expected_duration)
            duration = sample(logits, durations, rng)
            logits = heads.velocity(context, last_velocity, symbol, duration, expected_velocity)
            velocity = sample(logits, controls.dynamics, rng)
            if plays[symbol]:
                notes.append(note_of(symbol, duration, velocity))
            drawn += (symbol,)
            # Symbols only rise: none below this one may follow.
            possible[: symbol + 1] = False
            possible[stop] = True
            if len(notes) == controls.max_notes or not possible[:stop].any():
                return notes
            below[symbol] = 1
            last_duration, last_velocity = duration + 1, velocity + 1
