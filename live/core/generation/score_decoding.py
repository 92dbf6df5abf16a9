"""Draws an event of a score network: the chain of its heads, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from live.core.controls.table import Controls
from live.core.generation.form_bias import FormBias
from live.core.generation.form_view import FormView, in_rows
from live.core.generation.masks import (
    allowed_notes,
    favour_density,
    favour_harmony,
    favour_pitch_classes,
    favour_register,
)
from live.core.generation.prediction import Ahead, Suggestion
from live.core.generation.recall_bias import RecallBias
from live.core.generation.sampling import distribution, following, sample
from live.core.generation.score_state import ScoreState
from live.core.generation.suggestion_bias import SuggestionBias
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
from presets.music.event import PPQ, Event, Note
from presets.music.features import (
    expected_ioi_features,
    expected_note_features,
    ioi_features,
    position_features,
    ringing_features,
)
from presets.music.phrase_memory import Expectation

Floats = NDArray[np.float32]
Inputs = Mapping[str, Floats]
"""What heads are given, by the names of `training.score.learning.network.ScoreNetwork`, R rows each."""


class Heads(Protocol):
    """The heads of a score network for one event; `training.score.learning.network` says what they are given.

    P parts, R rows: the first is told the form; a second one, if there is one, is not. Every method may raise
    `PredictionError`.
    """

    @property
    def sees_form(self) -> bool:
        """Whether the heads are shown what `FormView` shows; those of the first presets are not."""
        ...

    def rhythm(self, given: Inputs) -> Floats:
        """Return the logits of the inter-onset interval: (R, 385)."""
        ...

    def context(self, given: Inputs) -> Inputs:
        """Return what the notes of an event have in common, from features of its onset, by name."""
        ...

    def note(self, context: Inputs, below: Floats, last_duration: int, last_velocity: int) -> Floats:
        """Return the logits of the next note symbol, STOP last: (R, P * 88 + 1).

        Args:
            context: of the event.
            below: 1 for each symbol that was drawn before, (P * 88,).
            last_duration: class + 1 of the note drawn before, 0 if there is none.
            last_velocity: the same for its velocity.
        """
        ...

    def duration(
        self,
        context: Inputs,
        below: Floats,
        last_duration: int,
        symbol: int,
        expected_duration: int,
        earlier_durations: Sequence[int],
    ) -> Floats:
        """Return the logits of the duration class of the note `symbol`: (R, D).

        Args:
            context: of the event.
            below: as for the note.
            last_duration: as for the note.
            symbol: the note.
            expected_duration: class + 1 that the phrase memory expects of this note, 0 for none.
            earlier_durations: class + 1 with which it was played at this place of an earlier bar, 0 for none;
                one for each row.
        """
        ...

    def velocity(
        self, context: Inputs, last_velocity: int, symbol: int, duration: int, expected_velocity: int
    ) -> Floats:
        """Return the logits of the note's velocity class, (R, 32); `duration` is its class."""
        ...


@dataclass(frozen=True, slots=True)
class _Onset:
    """What is known of an event at its onset, before its notes are drawn.

    Attributes:
        context: what the network made of its onset.
        expected_durations: class + 1 that the phrase memory expects of each note, (P * 88,).
        expected_velocities: the same for velocities, (P * 88,).
        earlier_durations: class + 1 with which each note was played at this place of an earlier bar,
            (R, P * 88).
        reminder: favours the notes that it expects.
        entries: nats by which the first note of each part is favoured.
        further_notes: nats by which, in each part, a note is to be followed by another of the same part.
        suggested: favours the note that the event should take up.
        on_beat: whether it falls on a beat, or in the first one of the bar.
    """

    context: Inputs
    expected_durations: NDArray[np.uint8]
    expected_velocities: NDArray[np.uint8]
    earlier_durations: NDArray[np.uint8]
    reminder: RecallBias
    entries: tuple[float, ...]
    further_notes: tuple[float, ...]
    suggested: SuggestionBias
    on_beat: bool


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
        place: Position | None = None,
        ioi: int | None = None,
        bars: Sequence[Ahead] = (),
        suggestion: Suggestion | None = None,
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
            place: where in the bar the newest event is, whether or not the network knows bars; None for
                `position`.
            ioi: ticks of the interval, 1 or more, where the network is not to choose it.
            bars: the bar of the form in which the newest event is, and those that follow it.
            suggestion: what the event should take up of the musician's phrase; None if nothing.
            intervals: which classes of intervals it may choose, (385,); None for all.

        Raises:
            PredictionError: if the network fails.
        """
        heads, count = self._heads, len(self._parts)
        expected = score_state.expectation
        reminder = RecallBias(score_state.reminder, controls.recall)
        view = FormView(bars, score_state, position, count, controls.form) if heads.sees_form else None
        rows = 1 if view is None else view.rows
        bias = FormBias(bars, score_state.bars.events, controls.form)
        suggested = SuggestionBias(suggestion, controls, self._parts)
        if ioi is None:
            past = _in_rows(
                rows,
                hidden=hidden,
                expected_ioi=expected_ioi_features(np.array(expected.match), np.array(expected.ioi)),
            )
            logits = _guided(heads.rhythm(past if view is None else past | view.of_rhythm()), controls.form)
            logits = bias.favour_interval(reminder.favour_interval(logits), score_state.interval)
            if intervals is not None:
                logits = np.where(intervals, logits, -np.inf)
            # After that: the musician may have played triplets where the corpus has none.
            logits = suggested.favour_interval(logits)
            density = bias.density(controls.density, self._settings.density)
            ioi = ioi_ticks(sample(favour_density(logits, density), controls.rhythm, rng))
        interval, onset = ioi_class(ioi), position.after(ioi)
        suggested.after(interval)
        played = (place or position).after(ioi)
        if interval != expected.ioi:
            expected = Expectation()
        durations, velocities = np.zeros((2, count * KEYS), dtype=np.uint8)
        write_expectation(expected, durations, velocities)
        ringing = score_state.ringing(interval)
        given = _in_rows(
            rows,
            hidden=hidden,
            next_ioi=ioi_features(np.array(interval)),
            next_position=position_features(np.array(onset.tick // GRID), np.array(onset.bar // GRID)),
            next_ringing=ringing_features(ringing),
            expected_notes=expected_note_features(np.array(expected.match), durations > 0),
        )
        earlier = np.zeros((rows, count * KEYS), dtype=np.uint8)
        if view is not None:
            shown, earlier = view.of_notes(interval, ringing, durations > 0)
            given |= shown
        known = _Onset(
            heads.context(given),
            durations,
            velocities,
            earlier,
            reminder.after(interval),
            # What a part that rests would play is never heard, so it always seems to be lacking.
            tuple(
                0.0 if part in controls.resting_parts else nats
                for part, nats in enumerate(bias.entries(interval, count))
            ),
            bias.further_notes(interval, count),
            suggested,
            played.tick % PPQ == 0 or played.tick < PPQ,
        )
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
        entering = np.append(np.repeat(known.entries, KEYS), 0.0)
        below = np.zeros(stop, dtype=np.float32)
        last_duration = last_velocity = 0
        notes: list[Note] = []
        drawn: tuple[int, ...] = ()
        while True:
            logits = _guided(heads.note(context, below, last_duration, last_velocity), controls.form)
            logits = known.reminder.favour_note(logits, drawn) + entering
            if drawn and known.further_notes[drawn[-1] // KEYS]:
                part = drawn[-1] // KEYS
                logits[drawn[-1] + 1 : (part + 1) * KEYS] += known.further_notes[part]
            logits = favour_pitch_classes(logits, controls.leanings, controls.transpose)
            logits = favour_harmony(
                logits,
                controls.harmony,
                controls.transpose,
                on_beat=known.on_beat,
                implied=controls.implied,
            )
            logits = favour_register(logits, controls.register, possible, self._parts)
            logits = np.where(possible, logits, -np.inf)
            logits = known.suggested.favour_note(
                logits, drawn, possible, last=len(notes) + 1 == controls.max_notes
            )
            if possible[stop] and rng.random() < distribution(logits, chords)[stop]:
                return notes
            logits[stop] = -np.inf
            symbol = sample(logits, controls.sampling, rng)
            expected_duration = int(known.expected_durations[symbol])
            expected_velocity = int(known.expected_velocities[symbol])
            earlier = known.earlier_durations[:, symbol].tolist()
            logits = _guided(
                heads.duration(context, below, last_duration, symbol, expected_duration, earlier),
                controls.form,
            )
            duration = known.suggested.lasting(symbol, sample(logits, durations, rng))
            logits = _guided(
                heads.velocity(context, last_velocity, symbol, duration, expected_velocity), controls.form
            )
            velocity = sample(logits, controls.dynamics, rng)
            if plays[symbol]:
                notes.append(note_of(symbol, duration, velocity))
            drawn += (symbol,)
            # Symbols only rise: none below this one may follow.
            possible[: symbol + 1] = False
            possible[stop] = True
            if len(notes) == controls.max_notes or not possible[:stop].any():
                return notes
            first = symbol - symbol % KEYS
            entering[first : first + KEYS] = 0
            below[symbol] = 1
            last_duration, last_velocity = duration + 1, velocity + 1


def _guided(logits: Floats, form: float) -> Floats:
    """Return the logits to draw from: what the form changes in them, as many times as `form` says.

    See "Classifier-Free Diffusion Guidance" (Ho and Salimans, 2022).

    Args:
        logits: those of a row that is told the form, and maybe those of one that is not; (R, V).
        form: 0 or more; 1 for those of the first row.
    """
    told = logits[0]
    if len(logits) == 1:
        return np.asarray(told)
    return np.asarray(logits[1] + np.float32(form) * (told - logits[1]))


def _in_rows(rows: int, **values: Floats) -> dict[str, Floats]:
    """Return inputs that are the same in each row."""
    return {name: in_rows(rows, value) for name, value in values.items()}
