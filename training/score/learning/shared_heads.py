"""The parts of the heads that have the same weights everywhere: for each key, and for each possible onset.

A head that knows each key by itself must learn every interval twelve times. These see the keyboard, and the
time after the newest event, as a picture, and move one small network over it: convolutions along the
keyboard, as in the biaxial LSTM of D. D. Johnson ("Generating Polyphonic Music Using Tied Parallel Networks",
EvoMUSART 2017), and what was played at the same place of earlier bars as further planes.
"""

import keras
from keras import ops

from presets.music.bar_memory import REACH
from presets.music.encoding import IOIS, KEYS

SPAN = 25
"""Keys that one step of the convolution sees: an octave to each side."""

CHANNELS = 32
LANE_UNITS = 24
SHARED_DROPOUT = 0.2


class KeyboardHead:
    """Adds to the logits of the notes what the planes say of each key, for rows of events or single events.

    Args:
        parts: P.
    """

    def __init__(self, parts: int) -> None:
        def conv(channels: int, span: int, name: str, **how: object) -> keras.layers.Layer:
            return keras.layers.Conv2D(channels, (1, span), padding="same", name=name, **how)

        reshape = keras.layers.Reshape
        self._planes = conv(CHANNELS, SPAN, "keyboard_planes")
        self._below = conv(CHANNELS, SPAN, "keyboard_below", use_bias=False)
        self._context = keras.layers.Dense(CHANNELS, name="keyboard_context")
        self._dropout = keras.layers.Dropout(SHARED_DROPOUT, name="keyboard_dropout")
        self._hidden = conv(CHANNELS, 1, "keyboard_hidden", activation="relu")
        self._logits = conv(parts, 1, "keyboard_logits")
        self._flat, self._keys = reshape((-1, KEYS * CHANNELS)), reshape((-1, KEYS, CHANNELS))
        self._by_part, self._symbols = reshape((-1, parts, KEYS)), reshape((-1, parts * KEYS))

    def of_context(self, context: keras.KerasTensor) -> keras.KerasTensor:
        """Return what the context of events says of every key: (..., C) -> (..., CHANNELS)."""
        return self._context(context)

    def see(self, planes: keras.KerasTensor, of_context: keras.KerasTensor) -> keras.KerasTensor:
        """Return what is known of each key, once for each event: (B, T, 88 * CHANNELS).

        Args:
            planes: (B, T, 88, planes).
            of_context: what `of_context` returned, (B, T, CHANNELS).
        """
        return self._flat(self._planes(planes) + ops.expand_dims(of_context, 2))

    def of_key(
        self, seen: keras.KerasTensor, event: keras.KerasTensor, symbol: keras.KerasTensor
    ) -> keras.KerasTensor:
        """Return what the planes say of the key of each slot's note: (B, L, CHANNELS).

        Args:
            seen: what `see` returned, (B, T, 88 * CHANNELS).
            event: the index of the slot's event among all B * T, (B, L).
            symbol: the slot's note, (B, L); for STOP the result does not matter.
        """
        keys = ops.reshape(seen, (-1, CHANNELS))
        return ops.take(keys, event * KEYS + symbol % KEYS, axis=0)

    def __call__(self, keyboard: keras.KerasTensor, below: keras.KerasTensor) -> keras.KerasTensor:
        """Return what to add to the logits of the next note, 0 for STOP: (B, L, P * 88 + 1).

        Args:
            keyboard: what `see` returned for the event of each slot, (B, L, 88 * CHANNELS).
            below: the symbols already predicted, (B, L, P * 88).
        """
        struck = ops.transpose(self._by_part(below), (0, 1, 3, 2))
        total = self._keys(keyboard) + self._below(struck)
        of_keys = self._logits(self._hidden(self._dropout(ops.relu(total))))
        of_symbols = self._symbols(ops.transpose(of_keys, (0, 1, 3, 2)))
        return ops.pad(of_symbols, ((0, 0), (0, 0), (0, 1)))


class OnsetHead:
    """Adds what the lanes say to the logits of the inter-onset interval, for rows or single events."""

    def __init__(self) -> None:
        self._lanes = keras.layers.Dense(LANE_UNITS, name="onset_lanes")
        self._known = keras.layers.Dense(LANE_UNITS, use_bias=False, name="onset_known")
        self._dropout = keras.layers.Dropout(SHARED_DROPOUT, name="onset_dropout")
        self._logits = keras.layers.Dense(1, name="onset_logits")

    def __call__(self, lanes: keras.KerasTensor, known: keras.KerasTensor) -> keras.KerasTensor:
        """Return what to add to the logits, 0 for intervals without a lane: (..., 385).

        Args:
            lanes: of `presets.music.rhythm_lanes`, (..., 96, lanes).
            known: what the rhythm's head knows of the past, (..., K).
        """
        total = self._lanes(lanes) + ops.expand_dims(self._known(known), -2)
        of_lanes = ops.squeeze(self._logits(self._dropout(ops.relu(total))), -1)
        none = ((0, 0),) * (len(of_lanes.shape) - 1)
        return ops.pad(of_lanes, (*none, (1, IOIS - 1 - REACH)))
