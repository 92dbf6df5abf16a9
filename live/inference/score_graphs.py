"""The graphs of a score preset: the trunk reads events, and the heads predict the next one."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from live.core.generation.form_view import in_rows
from live.core.generation.score_decoding import Inputs
from live.inference.graph import Graph, ModelError, Shape, Tensors
from presets.bundles.networks import ScoreFiles
from presets.music.bar_memory import REACH
from presets.music.encoding import DURATIONS, IOIS, KEYS, VELOCITIES
from presets.music.features import IOI_FEATURES, MATCHES, POSITIONS, feature_count
from presets.music.keyboard_planes import plane_count
from presets.music.outline import groups, numbers
from presets.music.rhythm_lanes import lane_count

Floats = NDArray[np.float32]

STATES = 4
"""State vectors of the trunk: two LSTMs with two each."""


ROWS = 2
"""Rows of a head at most: one that is told the form, and one that is not."""


class ScoreGraphs:
    """The trunk and the `Heads` of one preset. Any thread may create it; from then on one thread owns it.

    See `live.core.generation.score_decoding`.

    Args:
        preset: the preset's name, for errors.
        files: its graphs.
        parts: P, the number of parts.

    Attributes:
        units: U, the size of each state vector.
        sees_form: whether the heads are shown the form, earlier bars and the keyboard.

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

        def newer(shapes: dict[str, Shape]) -> dict[str, Shape]:
            return shapes if self.sees_form else {}

        symbols = parts * KEYS
        self.sees_form = files.forms is not None
        outline: Shape = (None, len(numbers(parts)) + len(groups(parts)))
        # Every symbol and class as a tensor: looking one up is faster than making it.
        self._integers = tuple(np.array([value] * ROWS, dtype=np.int32) for value in range(symbols + 1))
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
            {"hidden": (None, units), "expected_ioi": (None, IOI_FEATURES + MATCHES)}
            | newer({"outline": outline, "lanes": (None, REACH, lane_count(parts))}),
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
            }
            | newer({"next_outline": outline, "planes": (None, KEYS, plane_count(parts))}),
            {"context": (None, None)} | newer({"keyboard": (None, None)}),
        )
        context: Shape = (None, self._context.lengths["context"][1])
        below: Shape = (None, symbols)
        one: Shape = (None,)
        self._note = load(
            "note",
            {"context": context, "below": below, "last_duration": one, "last_velocity": one}
            | newer({"keyboard": (None, None)}),
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
            }
            | newer({"earlier_duration": one, "key": (None, None)}),
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
            }
            | newer({"key": (None, None)}),
            {"velocity": (None, VELOCITIES)},
        )

    def listen(self, events: Floats, state: Floats) -> tuple[Floats, Floats]:
        """Return the trunk's output and state after T events: (T, F), (4, U) -> (U,), (4, U)."""
        hidden, next_state = self._trunk.run({"events": events[np.newaxis], "state": state[np.newaxis]})
        return hidden[0, -1], next_state[0]

    def rhythm(self, given: Inputs) -> Floats:
        """Return the logits of the inter-onset interval."""
        return self._run(self._rhythm, given)["ioi"]

    def context(self, given: Inputs) -> Inputs:
        """Return what the notes of one event share."""
        return self._run(self._context, given)

    def note(self, context: Inputs, below: Floats, last_duration: int, last_velocity: int) -> Floats:
        """Return the logits of the next note symbol."""
        classes = {"last_duration": last_duration, "last_velocity": last_velocity}
        return self._run(self._note, self._of_note(context, classes, below))["note"]

    def duration(
        self,
        context: Inputs,
        below: Floats,
        last_duration: int,
        symbol: int,
        expected_duration: int,
        earlier_durations: Sequence[int],
    ) -> Floats:
        """Return the logits of a note's duration class."""
        classes = {"last_duration": last_duration, "symbol": symbol, "expected_duration": expected_duration}
        given = self._of_note(_of_key(context, symbol), classes, below)
        if self.sees_form:
            given["earlier_duration"] = np.array(earlier_durations, dtype=np.int32)
        return self._run(self._duration, given)["duration"]

    def velocity(
        self, context: Inputs, last_velocity: int, symbol: int, duration: int, expected_velocity: int
    ) -> Floats:
        """Return the logits of a note's velocity class."""
        classes = {
            "last_velocity": last_velocity,
            "symbol": symbol,
            "duration": duration,
            "expected_velocity": expected_velocity,
        }
        return self._run(self._velocity, self._of_note(_of_key(context, symbol), classes))["velocity"]

    def _of_note(
        self, context: Inputs, classes: Mapping[str, int], below: Floats | None = None
    ) -> dict[str, NDArray[np.generic]]:
        """Return the inputs of a note's head, with as many rows as the context has."""
        rows = len(context["context"])
        given: dict[str, NDArray[np.generic]] = dict(context)
        given |= {name: self._integers[value][:rows] for name, value in classes.items()}
        if below is not None:
            given["below"] = in_rows(rows, below)
        return given

    @staticmethod
    def _run(graph: Graph, given: Mapping[str, NDArray[np.generic]]) -> Inputs:
        """Return the outputs of a head, by name."""
        return dict(zip(graph.outputs, graph.run(given), strict=True))


def _of_key(context: Inputs, symbol: int) -> Inputs:
    """Return the context of an event for one of its notes: of the keyboard, only the note's own key."""
    if "keyboard" not in context:
        return context
    keyboard = context["keyboard"]
    key = keyboard.reshape(len(keyboard), KEYS, -1)[:, symbol % KEYS]
    return {"context": context["context"], "key": key}
