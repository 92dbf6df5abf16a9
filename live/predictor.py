"""A classic preset's network in onnxruntime."""

import numpy as np
import onnxruntime

from live.core.classic import clothe, network_input
from live.core.controls import Controls
from live.core.prediction import PredictionError, Understanding
from live.core.sampling import sample
from presets.bundle import Bundle
from presets.errors import SegueError
from presets.event import Event
from presets.networks import MODEL_FILE, ClassicFiles
from presets.window import Window


class ModelError(SegueError):
    """A preset's graph does not load, or is not of the shape that its settings say."""


class ClassicPredictor:
    """Predicts a token from a window. Made anywhere, then owned by one thread.

    Args:
        bundle: a preset of kind "classic".

    Raises:
        ModelError: if the graph does not load or does not fit the vocabulary and the window length.
    """

    def __init__(self, bundle: Bundle) -> None:
        if not isinstance(bundle.network, ClassicFiles):
            raise ModelError(f"preset {bundle.settings.name!r} must be of kind 'classic' to be played")
        self._vocabulary = bundle.network.vocabulary
        self._length = bundle.settings.window_length
        self._session = _open_session(bundle, bundle.network)

    def predict(self, window: Window, controls: Controls, rng: np.random.Generator) -> Event:
        """Return the event that follows this window of at least one event.

        Raises:
            PredictionError: if onnxruntime fails or the network gives no probabilities.
        """
        given = network_input(window, self._vocabulary, self._length)
        try:
            (probabilities,) = self._session.run(["probabilities"], {"window": given})
        except Exception as error:  # onnxruntime's errors have no base of their own
            raise PredictionError(f"the network failed: {error}") from error
        if not np.isfinite(probabilities).all() or probabilities.sum() <= 0:
            raise PredictionError("the network gave no probabilities; export the preset again")
        token_id = sample(probabilities[0], controls.sampling, rng)
        return clothe(self._vocabulary.tokens[token_id].notes, controls)

    def understand(self, event: Event) -> Understanding:
        """Return the token that this event is to the network."""
        match = self._vocabulary.match(event.note_numbers)
        return Understanding(self._vocabulary.tokens[match.token_id].text, match.exact)


def _open_session(bundle: Bundle, network: ClassicFiles) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One thread and no spinning: an idle pool that spins steals the core that sends the notes.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors only: warnings would land in the middle of the screen
    name = bundle.settings.name
    try:
        session = onnxruntime.InferenceSession(network.model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as above
        raise ModelError(
            f"preset {name!r}: onnxruntime cannot load {MODEL_FILE}: {error}; export it again"
        ) from error
    found = [
        (kind, tensor.name, tensor.type, tensor.shape)
        for kind, tensors in (("input", session.get_inputs()), ("output", session.get_outputs()))
        for tensor in tensors
    ]
    wanted = [
        ("input", "window", "tensor(float)", [1, bundle.settings.window_length, 1]),
        ("output", "probabilities", "tensor(float)", [1, len(network.vocabulary)]),
    ]
    if found != wanted:
        raise ModelError(
            f"preset {name!r}: {MODEL_FILE} must have {wanted}, got {found}; export it again with "
            "`segue export`"
        )
    return session
