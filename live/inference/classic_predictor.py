"""The predictor of a classic preset."""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from live.core.controls.table import Controls
from live.core.generation.classic_tokens import network_input, token_event
from live.core.generation.masks import allowed_tokens
from live.core.generation.prediction import Moment, Understanding
from live.core.generation.sampling import sample
from live.inference.graph import Graph
from presets.bundles.bundle import Bundle
from presets.bundles.kinds import CLASSIC
from presets.bundles.networks import MODEL_FILE, ClassicFiles
from presets.bundles.settings import Settings
from presets.music.event import Event
from presets.music.window import Window


class ClassicPredictor:
    """Predicts a token from a window. Any thread may create it; from then on one thread owns it.

    Args:
        settings: settings of the preset.
        files: its network.

    Raises:
        ModelError: if the graph cannot be loaded, or does not fit the vocabulary and the window length.
    """

    kind = CLASSIC

    def __init__(self, settings: Settings, files: ClassicFiles) -> None:
        self._vocabulary = files.vocabulary
        self._notes = np.zeros((len(files.vocabulary), 128), dtype=np.bool_)
        for token_id, token in enumerate(files.vocabulary.tokens):
            self._notes[token_id, list(token.notes)] = True
        self._length = settings.window_length
        # The last prediction, which is used again if its event would copy too much.
        self._asked: tuple[Window, NDArray[np.float64]] | None = None
        self._graph = Graph(
            settings.name,
            MODEL_FILE,
            files.model,
            {"window": ("float", (1, self._length, 1))},
            {"probabilities": ("float", (1, len(self._vocabulary)))},
        )

    @classmethod
    def of(cls, bundle: Bundle) -> Self:
        """Open the network of a classic preset; `ModelError` as above."""
        assert isinstance(bundle.network, ClassicFiles)
        return cls(bundle.settings, bundle.network)

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        """Return the event that follows this window of at least one event, one step later.

        Raises:
            PredictionError: if onnxruntime fails or the network gives no probabilities.
        """
        logits = np.where(allowed_tokens(self._notes, controls), self._logits(window), -np.inf)
        token_id = sample(logits, controls.sampling, rng)
        return token_event(self._vocabulary.tokens[token_id].notes, controls)

    def _logits(self, window: Window) -> NDArray[np.float64]:
        """Return the log probability of each token, (V,)."""
        if self._asked is None or self._asked[0] is not window:
            given = network_input(window, self._vocabulary, self._length)
            (probabilities,) = self._graph.run({"window": given})
            with np.errstate(divide="ignore", invalid="ignore"):
                self._asked = window, np.log(probabilities[0].astype(np.float64))
        return self._asked[1]

    def understand(self, event: Event) -> Understanding:
        """Return the token that the network reads for this event."""
        match = self._vocabulary.match(event.note_numbers)
        return Understanding(self._vocabulary.tokens[match.token_id].text, match.exact)
