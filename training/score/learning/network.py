"""The score network, in pure Keras 3: a trunk that hears events, and heads that predict the next event.

The trunk is two LSTMs. From its state the heads predict one event as a chain, and each step knows the steps
before it: first the inter-onset interval; then, from the bottom up, note after note until STOP, each with its
duration and its velocity. So the probability of an event is the product of the probabilities of its fields.

Every form of the network shares the same layers. `ScoreNetwork.training` predicts whole rows at once; the
other forms are the steps of the live engine, and these are exported.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import keras
from keras import ops

from presets.music.bar_memory import REACH
from presets.music.encoding import DURATIONS, IOIS, KEYS, VELOCITIES
from presets.music.features import IOI_FEATURES, MATCHES, POSITIONS, feature_count
from presets.music.keyboard_planes import plane_count
from presets.music.outline import groups, numbers
from presets.music.rhythm_lanes import lane_count
from training.score.learning.plan import ScoreRecipe
from training.score.learning.shared_heads import CHANNELS, KeyboardHead, OnsetHead

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
    "earlier_duration",
)
"""The inputs of a slot that are integers: classes, and the index of its event."""


@dataclass(frozen=True, slots=True)
class ScoreNetwork:
    """The forms of one network, with P parts, U units and D duration classes.

    Classes are int32, everything else is float32.

    Attributes:
        training: takes all inputs of the other forms, in rows: events (B, T, ...), slots (B, L, ...), and
            `event` (B, L), the index of the slot's event among all B * T; returns the logits
            `ioi` (B, T, 385), `note` (B, L, P * 88 + 1), `duration` (B, L, D), `velocity` (B, L, 32).
        trunk: `events` (1, T, F), `state` (1, 4, U) -> `hidden` (1, T, U), `next_state` (1, 4, U).
        rhythm: `hidden` (N, U), `expected_ioi` (N, IOI_FEATURES + MATCHES), `outline` (N, O + G), `lanes`
            (N, REACH, lanes) -> `ioi` (N, 385).
        context: `hidden`, `next_outline` (N, O + G), `next_ioi` (N, IOI_FEATURES), `next_position`
            (N, POSITIONS), `next_ringing` (N, P * 88), `expected_notes` (N, P * 88 + MATCHES), `planes`
            (N, 88, planes) -> `context` (N, C), `keyboard` (N, 88 * CHANNELS): for each key what its
            neighbourhood is like.
        note: `context`, `below` (N, P * 88), `last_duration`, `last_velocity` (N,), `keyboard` -> `note`
            (N, P * 88 + 1).
        duration: `context`, `below`, `last_duration`, `symbol`, `expected_duration`, `earlier_duration` (N,),
            `key` (N, CHANNELS) -> `duration` (N, D).
        velocity: `context`, `last_velocity`, `symbol`, `duration`, `expected_velocity` (N,), `key` ->
            `velocity` (N, 32).
    """

    training: keras.Model
    trunk: keras.Model
    rhythm: keras.Model
    context: keras.Model
    note: keras.Model
    duration: keras.Model
    velocity: keras.Model


class OneOf:
    """An embedding of classes, as a matrix product: on stage that is faster than how Keras looks rows up.

    Args:
        classes: the number of classes.
        units: the length of a row.
        name: of the layer.
    """

    def __init__(self, classes: int, units: int, *, name: str) -> None:
        self._classes = classes
        self._rows = keras.layers.Dense(units, use_bias=False, kernel_initializer="uniform", name=name)

    def __call__(self, chosen: keras.KerasTensor) -> keras.KerasTensor:
        """Return the row of each class: (...) -> (..., units)."""
        return self._rows(ops.one_hot(chosen, self._classes))


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
        layers: Mapping[str, Callable[[keras.KerasTensor], keras.KerasTensor]],
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
        # Layers draw their initial weights when they are made. Keep this order, so that the same seed gives
        # the same network.
        self._dropout = keras.layers.Dropout(recipe.dropout, name="head_dropout")
        self._rhythm_hidden = keras.layers.Dense(narrow, activation="relu", name="rhythm_hidden")
        self._rhythm_logits = keras.layers.Dense(IOIS, name="rhythm_logits")
        self.context = keras.layers.Dense(wide + 2 * narrow, name="context")
        below_note = keras.layers.Dense(wide, use_bias=False, name="below_note")
        below_duration = keras.layers.Dense(narrow, use_bias=False, name="below_duration")
        last_duration_note = OneOf(durations + 1, wide, name="after_last_duration_note")
        last_velocity_note = OneOf(VELOCITIES + 1, wide, name="after_last_velocity_note")
        last_duration = OneOf(durations + 1, narrow, name="after_last_duration")
        last_velocity = OneOf(VELOCITIES + 1, narrow, name="after_last_velocity")
        # STOP also has a row: its slots are computed, but their weight is 0.
        symbol_duration = OneOf(symbols + 1, narrow, name="after_symbol_duration")
        symbol_velocity = OneOf(symbols + 1, narrow, name="after_symbol_velocity")
        duration_velocity = OneOf(durations, narrow, name="after_duration_velocity")
        expected_duration = OneOf(durations + 1, narrow, name="after_expected_duration")
        expected_velocity = OneOf(VELOCITIES + 1, narrow, name="after_expected_velocity")
        earlier_duration = OneOf(durations + 1, narrow, name="after_earlier_duration")
        key_duration = keras.layers.Dense(narrow, use_bias=False, name="key_duration")
        key_velocity = keras.layers.Dense(narrow, use_bias=False, name="key_velocity")
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
                    "earlier_duration": earlier_duration,
                    "key": key_duration,
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
                    "key": key_velocity,
                },
                self._dropout,
                velocity_logits,
            ),
        }
        self._outline = keras.layers.Dense(recipe.outline_units, activation="relu", name="outline_hidden")
        self.keyboard = KeyboardHead(parts)
        self._onset = OnsetHead()

    def ioi(
        self,
        hidden: keras.KerasTensor,
        expected_ioi: keras.KerasTensor,
        outline: keras.KerasTensor,
        lanes: keras.KerasTensor,
    ) -> keras.KerasTensor:
        """Return the logits of the inter-onset interval."""
        known = self._rhythm_hidden(ops.concatenate([hidden, expected_ioi, self._outline(outline)], axis=-1))
        return self._rhythm_logits(self._dropout(known)) + self._onset(lanes, known)

    def contexts(self, outline: keras.KerasTensor, *known: keras.KerasTensor) -> keras.KerasTensor:
        """Return the common context of all notes of an event, for the three heads that predict them."""
        return self.context(ops.concatenate([*known, self._outline(outline)], axis=-1))


def without_impossible(logits: keras.KerasTensor, below: keras.KerasTensor) -> keras.KerasTensor:
    """Return the logits of a note with the impossible symbols ruled out: the last note and all below it."""
    begun = ops.sum(below, axis=-1, keepdims=True)
    passed = begun - ops.cumsum(below, axis=-1) + below
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

    outline = len(numbers(parts)) + len(groups(parts))

    def of_rhythm(*lead: int | None) -> list[keras.KerasTensor]:
        return [
            given("expected_ioi", *lead, IOI_FEATURES + MATCHES),
            given("outline", *lead, outline),
            given("lanes", *lead, REACH, lane_count(parts)),
        ]

    def of_onset(*lead: int | None) -> list[keras.KerasTensor]:
        return [
            given("next_outline", *lead, outline),
            given("next_ioi", *lead, IOI_FEATURES),
            given("next_position", *lead, POSITIONS),
            given("next_ringing", *lead, symbols),
            given("expected_notes", *lead, symbols + MATCHES),
        ]

    def of_slot(*lead: int | None) -> dict[str, keras.KerasTensor]:
        classes = {name: given(name, *lead, dtype="int32") for name in SLOT_CLASSES}
        return {"below": given("below", *lead, symbols), **classes}

    # All at once.
    events, onset, rhythm, slot = (
        given("events", None, feature_count(parts)),
        of_onset(None),
        of_rhythm(None),
        of_slot(None),
    )
    planes = given("planes", None, KEYS, plane_count(parts))
    hidden, _ = hear(events, None)
    contexts = heads.contexts(onset[0], hidden, *onset[1:])
    seen = heads.keyboard.see(planes, heads.keyboard.of_context(contexts))
    shared = ops.concatenate([contexts, seen], axis=-1)
    shared = ops.take(ops.reshape(shared, (-1, shared.shape[-1])), slot["event"], axis=0)
    context, keyboard = shared[..., : heads.context.units], shared[..., heads.context.units :]
    slot["key"] = heads.keyboard.of_key(seen, slot["event"], slot["symbol"])
    logits = {
        field: head(context, *(slot[name] for name in head.inputs)) for field, head in heads.of_notes.items()
    }
    logits["note"] = without_impossible(
        logits["note"] + heads.keyboard(keyboard, slot["below"]), slot["below"]
    )
    slots = [slot[name] for name in ("below", *SLOT_CLASSES)]
    training = keras.Model(
        {tensor.name: tensor for tensor in [events, *rhythm, *onset, planes, *slots]},
        {"ioi": heads.ioi(hidden, *rhythm), **logits},
        name="score",
    )

    # Step by step.
    events, onset, rhythm, slot = (
        given("events", None, feature_count(parts)),
        of_onset(),
        of_rhythm(),
        of_slot(),
    )
    planes = given("planes", KEYS, plane_count(parts))
    state = given("state", 4, units)
    step_hidden, after = hear(events, [[state[:, 0], state[:, 1]], [state[:, 2], state[:, 3]]])
    hidden, context = given("hidden", units), given("context", heads.context.units)
    keyboard, slot["key"] = given("keyboard", KEYS * CHANNELS), given("key", CHANNELS)
    contexts = heads.contexts(onset[0], hidden, *onset[1:])
    one = [ops.expand_dims(tensor, axis=1) for tensor in (planes, heads.keyboard.of_context(contexts))]
    seen = heads.keyboard.see(*one)[:, 0]
    forms = {}
    for field, head in heads.of_notes.items():
        inputs = [context, *(slot[name] for name in head.inputs)]
        logit = head(*inputs)
        if field == "note":
            inputs.append(keyboard)
            one = [ops.expand_dims(tensor, axis=1) for tensor in (keyboard, slot["below"])]
            logit = without_impossible(logit + heads.keyboard(*one)[:, 0], slot["below"])
        forms[field] = keras.Model(inputs, logit, name=field)
    return ScoreNetwork(
        training=training,
        trunk=keras.Model([events, state], [step_hidden, ops.stack(after, axis=1)], name="trunk"),
        rhythm=keras.Model([hidden, *rhythm], heads.ioi(hidden, *rhythm), name="rhythm"),
        context=keras.Model(
            [hidden, *onset, planes],
            [contexts, seen],
            name="context",
        ),
        **forms,
    )
