"""How a classic preset reads a window and clothes a token, on both sides of its network."""

import numpy as np
from numpy.typing import NDArray

from live.core.controls.values import Controls
from presets.music.event import Event, Note
from presets.music.vocabulary import Vocabulary
from presets.music.window import Window


def network_input(window: Window, vocabulary: Vocabulary, length: int) -> NDArray[np.float32]:
    """Return the window as the network was trained to see it: token id / V.

    A phrase shorter than `length` is repeated until it fills it, ending where the phrase ends.

    Args:
        window: at least one event; an event that the vocabulary lacks counts as its nearest token.
        vocabulary: V tokens.
        length: N, events that the network sees.

    Returns:
        Shape (1, N, 1), each 0 <= x < 1.
    """
    ids = [vocabulary.match(event.note_numbers).token_id for event in window]
    repeats = -(-length // len(ids))
    filled = (ids * repeats)[-length:]
    return (np.array(filled, dtype=np.float32) / np.float32(len(vocabulary))).reshape(1, length, 1)


def clothe(note_numbers: tuple[int, ...], controls: Controls) -> Event:
    """Return a token's notes as an event; a classic network knows no rhythm, so it is the player's."""
    return Event.of(
        controls.step_ticks,
        (Note(number, controls.duration_ticks, controls.velocity) for number in note_numbers),
    )
