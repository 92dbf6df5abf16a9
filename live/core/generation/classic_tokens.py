"""The input and output of a classic preset's network: a window becomes token ids, a token an event."""

import numpy as np
from numpy.typing import NDArray

from live.core.controls.table import Controls
from presets.music.event import Event, Note
from presets.music.vocabulary import Vocabulary
from presets.music.window import Window


def network_input(window: Window, vocabulary: Vocabulary, length: int) -> NDArray[np.float32]:
    """Return the window in the form that the network was trained on: token id / V.

    A phrase shorter than `length` is repeated to fill the input, so that the input ends with the phrase.

    Args:
        window: at least one event; an event that the vocabulary lacks becomes the nearest token.
        vocabulary: V tokens.
        length: N, the number of events that the network sees.

    Returns:
        Shape (1, N, 1), each 0 <= x < 1.
    """
    ids = [vocabulary.match(event.note_numbers).token_id for event in window]
    repeats = -(-length // len(ids))
    filled = (ids * repeats)[-length:]
    return (np.array(filled, dtype=np.float32) / np.float32(len(vocabulary))).reshape(1, length, 1)


def token_event(note_numbers: tuple[int, ...], controls: Controls) -> Event:
    """Return a token's notes as an event; its interval, duration and velocity come from the controls."""
    return Event.of(
        controls.step_ticks,
        (Note(number, controls.duration_ticks, controls.velocity) for number in note_numbers),
    )
