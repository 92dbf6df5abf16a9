"""Loads and runs one graph of a preset in onnxruntime."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from live.core.generation.prediction import PredictionError
from presets.errors import SegueError

Shape = tuple[int | None, ...]
"""The dimensions of a tensor; None for one that is free, or that the graph itself sets."""

Tensors = Mapping[str, tuple[str, Shape]]
"""The type, `float` or `int32`, and the shape of each input or output."""


class ModelError(SegueError):
    """A preset's graph cannot be loaded, or its shapes do not fit the settings."""


class Graph:
    """One graph of a preset. Any thread may create it; from then on one thread owns it.

    Args:
        preset: the preset's name, for errors.
        file: the graph's file name, for errors.
        data: the serialized graph.
        inputs: the inputs that the graph must have.
        outputs: the outputs that it must have; `run` returns them in this order.

    Attributes:
        outputs: the names of the outputs, in order.
        lengths: the dimensions of each input and output in the graph; a free dimension is not an integer.

    Raises:
        ModelError: if the graph cannot be loaded, or has other inputs or outputs.
    """

    def __init__(self, preset: str, file: str, data: bytes, inputs: Tensors, outputs: Tensors) -> None:
        options = onnxruntime.SessionOptions()
        # One thread, no spinning: an idle pool that spins takes processor time from the thread that sends.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3  # errors only: warnings would be printed across the screen
        try:
            self._session = _open(file, data, options)
        except Exception as error:  # onnxruntime's errors have no common base class
            raise ModelError(
                f"preset {preset!r}: onnxruntime cannot load {file}: {error}; export it again"
            ) from error
        self.outputs = list(outputs)
        found = {tensor.name: (tensor.type, tensor.shape) for tensor in self._session.get_inputs()}
        given = {tensor.name: (tensor.type, tensor.shape) for tensor in self._session.get_outputs()}
        if not _fits(found, inputs) or not _fits(given, outputs):
            raise ModelError(
                f"preset {preset!r}: {file} must have {_describe(inputs)} -> {_describe(outputs)}, "
                f"got {found} -> {given}; export it again with `segue export`"
            )
        self.lengths: dict[str, list[Any]] = {name: shape for name, (_, shape) in {**found, **given}.items()}

    def run(self, inputs: Mapping[str, NDArray[np.generic]]) -> list[NDArray[np.float32]]:
        """Return the outputs.

        Raises:
            PredictionError: if onnxruntime fails.
        """
        try:
            outputs: list[NDArray[np.float32]] = self._session.run(self.outputs, inputs)
        except Exception as error:  # no common base class, as above
            raise PredictionError(f"the network failed: {error}") from error
        return outputs


def _open(file: str, data: bytes, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    # From bytes, onnxruntime loads a graph with Python's lock held, so that all other threads wait, for 10 ms
    # and more. From a file it does not hold the lock. Another preset may be playing.
    with TemporaryDirectory(prefix="segue-") as folder:
        path = Path(folder) / file
        path.write_bytes(data)
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _fits(found: Mapping[str, tuple[str, list[Any]]], wanted: Tensors) -> bool:
    return found.keys() == wanted.keys() and all(
        found[name][0] == f"tensor({kind})"
        and len(found[name][1]) == len(shape)
        and all(length in (None, has) for length, has in zip(shape, found[name][1], strict=True))
        for name, (kind, shape) in wanted.items()
    )


def _describe(tensors: Tensors) -> str:
    return ", ".join(
        f"{kind} {name} ({', '.join('?' if length is None else str(length) for length in shape)})"
        for name, (kind, shape) in tensors.items()
    )
