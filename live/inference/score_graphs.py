"""The graphs of a score preset: the trunk reads events, and the heads predict the next one."""

import numpy as np
from numpy.typing import NDArray

from live.inference.graph import Graph, ModelError, Shape, Tensors
from presets.bundles.networks import ScoreFiles
from presets.music.encoding import DURATIONS, IOIS, KEYS, VELOCITIES
from presets.music.features import IOI_FEATURES, MATCHES, POSITIONS, feature_count

Floats = NDArray[np.float32]

STATES = 4
"""State vectors of the trunk: two LSTMs with two each."""


class ScoreGraphs:
    """The trunk and the `Heads` of one preset. Any thread may create it; from then on one thread owns it.

    See `live.core.generation.score_decoding`.

    Args:
        preset: the preset's name, for errors.
        files: its graphs.
        parts: P, the number of parts.

    Attributes:
        units: U, the size of each state vector.

    Raises:
        ModelError: if a graph cannot be loaded, or does not fit the others or the parts.
    """

    def __init__(self, preset: str, files: ScoreFiles, parts: int) -> None:
        def load(graph: str, inputs: dict[str, Shape], outputs: dict[str, Shape]) -> Graph:
            def kinds(shapes: dict[str, Shape]) -> Tensors:
                # An input with one number for each event is a class or a symbol.
                return {
                    name: ("int32" if len(shape) == 1 else "float", shape) for name, shape in shapes.items()
                }

            return Graph(preset, f"{graph}.onnx", files.graphs[graph], kinds(inputs), kinds(outputs))

        symbols = parts * KEYS
        # Every symbol and class as a tensor: looking one up is faster than making it.
        self._integers = tuple(np.array([value], dtype=np.int32) for value in range(symbols + 1))
        self._trunk = load(
            "trunk",
            {"events": (None, None, feature_count(parts)), "state": (None, STATES, None)},
            {"hidden": (None, None, None), "next_state": (None, STATES, None)},
        )
        units = self._trunk.lengths["state"][2]
        if not isinstance(units, int):
            raise ModelError(
                f"preset {preset!r}: trunk.onnx must say how many units its state has, got {units!r}; export "
                "it again with `segue export`"
            )
        self.units = units
        self._rhythm = load(
            "rhythm",
            {"hidden": (None, units), "expected_ioi": (None, IOI_FEATURES + MATCHES)},
            {"ioi": (None, IOIS)},
        )
        self._context = load(
            "context",
            {
                "hidden": (None, units),
                "next_ioi": (None, IOI_FEATURES),
                "next_position": (None, POSITIONS),
                "next_ringing": (None, symbols),
                "expected_notes": (None, symbols + MATCHES),
            },
            {"context": (None, None)},
        )
        context: Shape = (None, self._context.lengths["context"][1])
        below: Shape = (None, symbols)
        one: Shape = (None,)
        self._note = load(
            "note",
            {"context": context, "below": below, "last_duration": one, "last_velocity": one},
            {"note": (None, symbols + 1)},
        )
        self._duration = load(
            "duration",
            {
                "context": context,
                "below": below,
                "last_duration": one,
                "symbol": one,
                "expected_duration": one,
            },
            {"duration": (None, len(DURATIONS))},
        )
        self._velocity = load(
            "velocity",
            {
                "context": context,
                "last_velocity": one,
                "symbol": one,
                "duration": one,
                "expected_velocity": one,
            },
            {"velocity": (None, VELOCITIES)},
        )

    def listen(self, events: Floats, state: Floats) -> tuple[Floats, Floats]:
        """Return the trunk's output and state after T events: (T, F), (4, U) -> (U,), (4, U)."""
        hidden, next_state = self._trunk.run({"events": events[np.newaxis], "state": state[np.newaxis]})
        return hidden[0, -1], next_state[0]

    def rhythm(self, hidden: Floats, expected_ioi: Floats) -> Floats:
        """Return the logits of the inter-onset interval."""
        return self._run(self._rhythm, hidden=hidden, expected_ioi=expected_ioi)

    def context(
        self,
        hidden: Floats,
        next_ioi: Floats,
        next_position: Floats,
        next_ringing: Floats,
        expected_notes: Floats,
    ) -> Floats:
        """Return the context that the notes of one event share."""
        return self._run(
            self._context,
            hidden=hidden,
            next_ioi=next_ioi,
            next_position=next_position,
            next_ringing=next_ringing,
            expected_notes=expected_notes,
        )

    def note(self, context: Floats, below: Floats, last_duration: int, last_velocity: int) -> Floats:
        """Return the logits of the next note symbol."""
        return self._run(
            self._note,
            context=context,
            below=below,
            last_duration=last_duration,
            last_velocity=last_velocity,
        )

    def duration(
        self, context: Floats, below: Floats, last_duration: int, symbol: int, expected_duration: int
    ) -> Floats:
        """Return the logits of a note's duration class."""
        return self._run(
            self._duration,
            context=context,
            below=below,
            last_duration=last_duration,
            symbol=symbol,
            expected_duration=expected_duration,
        )

    def velocity(
        self, context: Floats, last_velocity: int, symbol: int, duration: int, expected_velocity: int
    ) -> Floats:
        """Return the logits of a note's velocity class."""
        return self._run(
            self._velocity,
            context=context,
            last_velocity=last_velocity,
            symbol=symbol,
            duration=duration,
            expected_velocity=expected_velocity,
        )

    def _run(self, graph: Graph, **given: Floats | int) -> Floats:
        """Return the one output of a head for one event."""
        inputs = {
            name: self._integers[value] if isinstance(value, int) else value[np.newaxis]
            for name, value in given.items()
        }
        row: Floats = graph.run(inputs)[0][0]
        return row
