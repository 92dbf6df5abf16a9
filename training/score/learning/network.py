"""The score network, in Keras 3 only: a trunk that hears events, and heads that tell the next one.

The trunk is two LSTMs. From its state the heads tell one event as a chain, each knowing what was told before:
the inter-onset interval; then, from the bottom up, note after note until STOP, each with its duration and its
velocity. So the probability of an event is the product of what the heads gave its fields.

Every form of the network has the same layers: `ScoreNetwork.training` foretells whole rows at once, the
others are the steps that the live engine takes, and what is exported.
"""

from dataclasses import dataclass

import keras
from keras import ops

from presets.music.encoding import DURATIONS, IOIS, KEYS, VELOCITIES
from presets.music.features import IOI_FEATURES, MATCHES, POSITIONS, feature_count
from training.runs.recipes import ScoreRecipe

NEVER = -1e9
"""Logit of what cannot be."""

SLOT_CLASSES = (
    "event",
    "last_duration",
    "last_velocity",
    "symbol",
    "duration",
    "expected_duration",
    "expected_velocity",
)
"""The inputs of a slot that are classes or places."""


@dataclass(frozen=True, slots=True)
class ScoreNetwork:
    """The forms of one network; P parts, U units, D duration classes. Classes are int32, all else float32.

    Attributes:
        training: all inputs of the others, on rows: of events (B, T, ...), of slots (B, L, ...), and `event`
            (B, L), the event that a slot belongs to; logits `ioi` (B, T, 385), `note` (B, L, P * 88 + 1),
            `duration` (B, L, D), `velocity` (B, L, 32).
        trunk: `events` (1, T, F), `state` (1, 4, U) -> `hidden` (1, T, U), `next_state` (1, 4, U).
        rhythm: `hidden` (N, U), `expected_ioi` (N, IOI_FEATURES + MATCHES) -> `ioi` (N, 385).
        context: `hidden`, `next_ioi` (N, IOI_FEATURES), `next_position` (N, POSITIONS), `next_ringing`
            (N, P * 88), `expected_notes` (N, P * 88 + MATCHES) -> `context` (N, C).
        note: `context`, `below` (N, P * 88), `last_duration`, `last_velocity` (N,) -> `note` (N, P * 88 + 1).
        duration: `context`, `below`, `last_duration`, `symbol`, `expected_duration` (N,) -> `duration`
            (N, D).
        velocity: `context`, `last_velocity`, `symbol`, `duration`, `expected_velocity` (N,) -> `velocity`
            (N, 32).
    """

    training: keras.Model
    trunk: keras.Model
    rhythm: keras.Model
    context: keras.Model
    note: keras.Model
    duration: keras.Model
    velocity: keras.Model


class Heads:
    """The layers of the heads, and how they are put together; on rows of events or on single ones."""

    def __init__(self, recipe: ScoreRecipe, parts: int) -> None:
        wide, narrow = recipe.head_units, recipe.head_units // 2
        self._widths = (wide, narrow, narrow)
        self._dropout = keras.layers.Dropout(recipe.dropout, name="head_dropout")
        self.rhythm_hidden = keras.layers.Dense(narrow, activation="relu", name="rhythm_hidden")
        self.rhythm_logits = keras.layers.Dense(IOIS, name="rhythm_logits")
        self.context = keras.layers.Dense(sum(self._widths), name="context")
        self.below_note = keras.layers.Dense(wide, use_bias=False, name="below_note")
        self.below_duration = keras.layers.Dense(narrow, use_bias=False, name="below_duration")
        embed = keras.layers.Embedding
        self.last_duration_note = embed(len(DURATIONS) + 1, wide, name="after_last_duration_note")
        self.last_velocity_note = embed(VELOCITIES + 1, wide, name="after_last_velocity_note")
        self.last_duration = embed(len(DURATIONS) + 1, narrow, name="after_last_duration")
        self.last_velocity = embed(VELOCITIES + 1, narrow, name="after_last_velocity")
        # STOP has a row too: its slots are computed, and count for nothing.
        self.symbol_duration = embed(parts * KEYS + 1, narrow, name="after_symbol_duration")
        self.symbol_velocity = embed(parts * KEYS + 1, narrow, name="after_symbol_velocity")
        self.duration_velocity = embed(len(DURATIONS), narrow, name="after_duration_velocity")
        self.expected_duration = embed(len(DURATIONS) + 1, narrow, name="after_expected_duration")
        self.expected_velocity = embed(VELOCITIES + 1, narrow, name="after_expected_velocity")
        self.note_logits = keras.layers.Dense(parts * KEYS + 1, name="note_logits")
        self.duration_logits = keras.layers.Dense(len(DURATIONS), name="duration_logits")
        self.velocity_logits = keras.layers.Dense(VELOCITIES, name="velocity_logits")

    def ioi(self, hidden: keras.KerasTensor, expected_ioi: keras.KerasTensor) -> keras.KerasTensor:
        """Return the logits of the inter-onset interval."""
        known = ops.concatenate([hidden, expected_ioi], axis=-1)
        return self.rhythm_logits(self._dropout(self.rhythm_hidden(known)))

    def contexts(self, *known: keras.KerasTensor) -> keras.KerasTensor:
        """Return what all notes of an event have in common, for the three heads that tell them."""
        return self.context(ops.concatenate(known, axis=-1))

    def note(
        self,
        context: keras.KerasTensor,
        below: keras.KerasTensor,
        last_duration: keras.KerasTensor,
        last_velocity: keras.KerasTensor,
    ) -> keras.KerasTensor:
        """Return the logits of the next note symbol; those told already, or passed by, can never come."""
        wide, _, _ = self._widths
        hidden = ops.relu(
            context[..., :wide]
            + self.below_note(below)
            + self.last_duration_note(last_duration)
            + self.last_velocity_note(last_velocity)
        )
        logits = self.note_logits(self._dropout(hidden))
        passed = ops.flip(ops.cumsum(ops.flip(below, axis=-1), axis=-1), axis=-1)
        begun = ops.sum(below, axis=-1, keepdims=True)
        # An event has at least one note: STOP cannot be its first.
        impossible = ops.concatenate([ops.minimum(passed, 1.0), 1.0 - ops.minimum(begun, 1.0)], axis=-1)
        return logits + NEVER * impossible

    def duration(
        self,
        context: keras.KerasTensor,
        below: keras.KerasTensor,
        last_duration: keras.KerasTensor,
        symbol: keras.KerasTensor,
        expected_duration: keras.KerasTensor,
    ) -> keras.KerasTensor:
        """Return the logits of a note's duration."""
        wide, narrow, _ = self._widths
        hidden = ops.relu(
            context[..., wide : wide + narrow]
            + self.below_duration(below)
            + self.last_duration(last_duration)
            + self.symbol_duration(symbol)
            + self.expected_duration(expected_duration)
        )
        return self.duration_logits(self._dropout(hidden))

    def velocity(
        self,
        context: keras.KerasTensor,
        last_velocity: keras.KerasTensor,
        symbol: keras.KerasTensor,
        duration: keras.KerasTensor,
        expected_velocity: keras.KerasTensor,
    ) -> keras.KerasTensor:
        """Return the logits of a note's velocity."""
        wide, narrow, _ = self._widths
        hidden = ops.relu(
            context[..., wide + narrow :]
            + self.last_velocity(last_velocity)
            + self.symbol_velocity(symbol)
            + self.duration_velocity(duration)
            + self.expected_velocity(expected_velocity)
        )
        return self.velocity_logits(self._dropout(hidden))


def build_network(recipe: ScoreRecipe, parts: int) -> ScoreNetwork:
    """Return all forms of a network with fresh weights."""
    units, symbols = recipe.lstm_units, parts * KEYS
    listen = keras.layers.Dense(recipe.event_units, activation="relu", name="listen")
    lstms = [
        keras.layers.LSTM(units, return_sequences=True, return_state=True, name=f"lstm_{number}")
        for number in (1, 2)
    ]
    dropout = keras.layers.Dropout(recipe.dropout, name="trunk_dropout")
    heads = Heads(recipe, parts)

    def hear(
        events: keras.KerasTensor, states: list[list[keras.KerasTensor]] | None
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        x, after = listen(events), []
        outputs = []
        for number, lstm in enumerate(lstms):
            x, *state = lstm(dropout(x), initial_state=states[number] if states else None)
            outputs.append(x)
            after += state
        # The lower LSTM reaches the heads too: what was just heard need not pass through both.
        return dropout(ops.add(*outputs)), after

    def given(name: str, *shape: int | None, dtype: str = "float32") -> keras.KerasTensor:
        return keras.Input(shape=shape, dtype=dtype, name=name)

    def known(*lead: int | None) -> list[keras.KerasTensor]:
        return [
            given("next_ioi", *lead, IOI_FEATURES),
            given("next_position", *lead, POSITIONS),
            given("next_ringing", *lead, symbols),
            given("expected_notes", *lead, symbols + MATCHES),
        ]

    def tell(
        context: keras.KerasTensor, below: keras.KerasTensor, slot: dict[str, keras.KerasTensor]
    ) -> dict[str, tuple[list[keras.KerasTensor], keras.KerasTensor]]:
        """Return, for each field of a note, what its head is given and its logits."""
        given_to = {
            "note": [context, below, slot["last_duration"], slot["last_velocity"]],
            "duration": [
                context,
                below,
                *(slot[name] for name in ("last_duration", "symbol", "expected_duration")),
            ],
            "velocity": [
                context,
                *(slot[name] for name in ("last_velocity", "symbol", "duration", "expected_velocity")),
            ],
        }
        return {field: (tensors, getattr(heads, field)(*tensors)) for field, tensors in given_to.items()}

    events, told = given("events", None, feature_count(parts)), known(None)
    expected_ioi = given("expected_ioi", None, IOI_FEATURES + MATCHES)
    below = given("below", None, symbols)
    slot = {name: given(name, None, dtype="int32") for name in SLOT_CLASSES}
    hidden, _ = hear(events, None)
    context = ops.take_along_axis(
        heads.contexts(hidden, *told), ops.expand_dims(slot["event"], axis=-1), axis=1
    )
    notes = tell(context, below, slot)
    training = keras.Model(
        {tensor.name: tensor for tensor in [events, expected_ioi, *told, below, *slot.values()]},
        {"ioi": heads.ioi(hidden, expected_ioi), **{field: logits for field, (_, logits) in notes.items()}},
        name="score",
    )

    events, told = given("events", None, feature_count(parts)), known()
    state = given("state", 4, units)
    step_hidden, after = hear(events, [[state[:, 0], state[:, 1]], [state[:, 2], state[:, 3]]])
    hidden, context, below = (
        given("hidden", units),
        given("context", heads.context.units),
        given("below", symbols),
    )
    expected_ioi = given("expected_ioi", IOI_FEATURES + MATCHES)
    notes = tell(context, below, {name: given(name, dtype="int32") for name in SLOT_CLASSES})
    return ScoreNetwork(
        training=training,
        trunk=keras.Model([events, state], [step_hidden, ops.stack(after, axis=1)], name="trunk"),
        rhythm=keras.Model([hidden, expected_ioi], heads.ioi(hidden, expected_ioi), name="rhythm"),
        context=keras.Model([hidden, *told], heads.contexts(hidden, *told), name="context"),
        **{field: keras.Model(*form, name=field) for field, form in notes.items()},
    )
