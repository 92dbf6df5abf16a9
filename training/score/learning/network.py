"""The score network, in pure Keras 3: a trunk that hears events, and heads that predict the next event.

The trunk is two LSTMs. From its state the heads predict one event as a chain, and each step knows the steps
before it: first the inter-onset interval; then, from the bottom up, note after note until STOP, each with its
duration and its velocity. So the probability of an event is the product of the probabilities of its fields.

Every form of the network shares the same layers. `ScoreNetwork.training` predicts whole rows at once; the
other forms are the steps of the live engine, and these are exported.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import keras
from keras import ops

from presets.music.encoding import DURATIONS, IOIS, KEYS, VELOCITIES
from presets.music.features import IOI_FEATURES, MATCHES, POSITIONS, feature_count
from training.score.learning.plan import ScoreRecipe

NEVER = -1e9
"""Logit of an impossible choice."""

SLOT_CLASSES = (
    "event",
    "last_duration",
    "last_velocity",
    "symbol",
    "duration",
    "expected_duration",
    "expected_velocity",
)
"""The inputs of a slot that are integers: classes, and the index of its event."""


@dataclass(frozen=True, slots=True)
class ScoreNetwork:
    """The forms of one network, with P parts, U units and D duration classes.

    Classes are int32, everything else is float32.

    Attributes:
        training: takes all inputs of the other forms, in rows: events (B, T, ...), slots (B, L, ...), and
            `event` (B, L), the event that a slot belongs to; returns the logits `ioi` (B, T, 385), `note`
            (B, L, P * 88 + 1), `duration` (B, L, D), `velocity` (B, L, 32).
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


class NoteHead:
    """The head of one field of a note, for rows of events or single events.

    Each input passes through its own layer; the results are added to the head's share of the event's context.

    Args:
        share: the slice of the context that belongs to this head.
        layers: the layer of each input, by the input's name.
        dropout: the dropout layer for the sum.
        logits: the last layer.
    """

    def __init__(
        self,
        share: slice,
        layers: Mapping[str, keras.layers.Layer],
        dropout: keras.layers.Layer,
        logits: keras.layers.Layer,
    ) -> None:
        self._share = share
        self._layers = layers
        self._dropout = dropout
        self._logits = logits

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of its inputs, without the context, in order."""
        return tuple(self._layers)

    def __call__(self, context: keras.KerasTensor, *given: keras.KerasTensor) -> keras.KerasTensor:
        """Return the logits of the field, from the context and the inputs in order."""
        total = context[..., self._share]
        for layer, tensor in zip(self._layers.values(), given, strict=True):
            total = total + layer(tensor)
        return self._logits(self._dropout(ops.relu(total)))


class HeadLayers:
    """The layers of all heads, for rows of events or single events.

    Attributes:
        context: the layer that makes the common context of all notes of an event.
        of_notes: the heads of a note's fields, in the order of prediction.
    """

    def __init__(self, recipe: ScoreRecipe, parts: int) -> None:
        wide, narrow = recipe.head_units, recipe.head_units // 2
        symbols, durations = parts * KEYS, len(DURATIONS)
        embed = keras.layers.Embedding
        # Layers draw their initial weights when they are made. Keep this order, so that the same seed gives
        # the same network.
        self._dropout = keras.layers.Dropout(recipe.dropout, name="head_dropout")
        self._rhythm_hidden = keras.layers.Dense(narrow, activation="relu", name="rhythm_hidden")
        self._rhythm_logits = keras.layers.Dense(IOIS, name="rhythm_logits")
        self.context = keras.layers.Dense(wide + 2 * narrow, name="context")
        below_note = keras.layers.Dense(wide, use_bias=False, name="below_note")
        below_duration = keras.layers.Dense(narrow, use_bias=False, name="below_duration")
        last_duration_note = embed(durations + 1, wide, name="after_last_duration_note")
        last_velocity_note = embed(VELOCITIES + 1, wide, name="after_last_velocity_note")
        last_duration = embed(durations + 1, narrow, name="after_last_duration")
        last_velocity = embed(VELOCITIES + 1, narrow, name="after_last_velocity")
        # STOP also has a row: its slots are computed, but their weight is 0.
        symbol_duration = embed(symbols + 1, narrow, name="after_symbol_duration")
        symbol_velocity = embed(symbols + 1, narrow, name="after_symbol_velocity")
        duration_velocity = embed(durations, narrow, name="after_duration_velocity")
        expected_duration = embed(durations + 1, narrow, name="after_expected_duration")
        expected_velocity = embed(VELOCITIES + 1, narrow, name="after_expected_velocity")
        note_logits = keras.layers.Dense(symbols + 1, name="note_logits")
        duration_logits = keras.layers.Dense(durations, name="duration_logits")
        velocity_logits = keras.layers.Dense(VELOCITIES, name="velocity_logits")
        self.of_notes = {
            "note": NoteHead(
                slice(None, wide),
                {
                    "below": below_note,
                    "last_duration": last_duration_note,
                    "last_velocity": last_velocity_note,
                },
                self._dropout,
                note_logits,
            ),
            "duration": NoteHead(
                slice(wide, wide + narrow),
                {
                    "below": below_duration,
                    "last_duration": last_duration,
                    "symbol": symbol_duration,
                    "expected_duration": expected_duration,
                },
                self._dropout,
                duration_logits,
            ),
            "velocity": NoteHead(
                slice(wide + narrow, None),
                {
                    "last_velocity": last_velocity,
                    "symbol": symbol_velocity,
                    "duration": duration_velocity,
                    "expected_velocity": expected_velocity,
                },
                self._dropout,
                velocity_logits,
            ),
        }

    def ioi(self, hidden: keras.KerasTensor, expected_ioi: keras.KerasTensor) -> keras.KerasTensor:
        """Return the logits of the inter-onset interval."""
        known = ops.concatenate([hidden, expected_ioi], axis=-1)
        return self._rhythm_logits(self._dropout(self._rhythm_hidden(known)))

    def contexts(self, *known: keras.KerasTensor) -> keras.KerasTensor:
        """Return the common context of all notes of an event, for the three heads that predict them."""
        return self.context(ops.concatenate(known, axis=-1))


def without_impossible(logits: keras.KerasTensor, below: keras.KerasTensor) -> keras.KerasTensor:
    """Return the logits of a note with the impossible symbols ruled out: the last note and all below it."""
    passed = ops.flip(ops.cumsum(ops.flip(below, axis=-1), axis=-1), axis=-1)
    begun = ops.sum(below, axis=-1, keepdims=True)
    # An event has at least one note: STOP cannot be its first.
    impossible = ops.concatenate([ops.minimum(passed, 1.0), 1.0 - ops.minimum(begun, 1.0)], axis=-1)
    return logits + NEVER * impossible


def build_network(recipe: ScoreRecipe, parts: int) -> ScoreNetwork:
    """Return all forms of a network with fresh weights."""
    units, symbols = recipe.lstm_units, parts * KEYS
    listen = keras.layers.Dense(recipe.event_units, activation="relu", name="listen")
    lstms = [
        keras.layers.LSTM(units, return_sequences=True, return_state=True, name=f"lstm_{number}")
        for number in (1, 2)
    ]
    dropout = keras.layers.Dropout(recipe.dropout, name="trunk_dropout")
    heads = HeadLayers(recipe, parts)

    def hear(
        events: keras.KerasTensor, states: list[list[keras.KerasTensor]] | None
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        x, after = listen(events), []
        outputs = []
        for number, lstm in enumerate(lstms):
            x, *state = lstm(dropout(x), initial_state=states[number] if states else None)
            outputs.append(x)
            after += state
        # The output of the lower LSTM also reaches the heads, so the newest event need not pass through both.
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

    def predict_notes(
        context: keras.KerasTensor, slot: Mapping[str, keras.KerasTensor]
    ) -> dict[str, tuple[list[keras.KerasTensor], keras.KerasTensor]]:
        """Return, for each field of a note, the inputs of its head and its logits."""
        forms = {}
        for field, head in heads.of_notes.items():
            inputs = [context, *(slot[name] for name in head.inputs)]
            logits = head(*inputs)
            forms[field] = inputs, without_impossible(logits, slot["below"]) if field == "note" else logits
        return forms

    events, following = given("events", None, feature_count(parts)), known(None)
    expected_ioi = given("expected_ioi", None, IOI_FEATURES + MATCHES)
    slot = {"below": given("below", None, symbols)}
    slot |= {name: given(name, None, dtype="int32") for name in SLOT_CLASSES}
    hidden, _ = hear(events, None)
    context = ops.take_along_axis(
        heads.contexts(hidden, *following), ops.expand_dims(slot["event"], axis=-1), axis=1
    )
    notes = predict_notes(context, slot)
    training = keras.Model(
        {tensor.name: tensor for tensor in [events, expected_ioi, *following, *slot.values()]},
        {"ioi": heads.ioi(hidden, expected_ioi), **{field: logits for field, (_, logits) in notes.items()}},
        name="score",
    )

    events, following = given("events", None, feature_count(parts)), known()
    state = given("state", 4, units)
    step_hidden, after = hear(events, [[state[:, 0], state[:, 1]], [state[:, 2], state[:, 3]]])
    hidden, context = given("hidden", units), given("context", heads.context.units)
    slot = {"below": given("below", symbols)}
    expected_ioi = given("expected_ioi", IOI_FEATURES + MATCHES)
    slot |= {name: given(name, dtype="int32") for name in SLOT_CLASSES}
    notes = predict_notes(context, slot)
    return ScoreNetwork(
        training=training,
        trunk=keras.Model([events, state], [step_hidden, ops.stack(after, axis=1)], name="trunk"),
        rhythm=keras.Model([hidden, expected_ioi], heads.ioi(hidden, expected_ioi), name="rhythm"),
        context=keras.Model([hidden, *following], heads.contexts(hidden, *following), name="context"),
        **{field: keras.Model(*form, name=field) for field, form in notes.items()},
    )
