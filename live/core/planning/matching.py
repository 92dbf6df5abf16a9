"""How segue's turn matches the musician's phrase: as loud, in the same register, and as dense."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from live.core.controls.table import REGISTER, Controls
from live.core.input.phrase import Phrase
from presets.bundles.settings import Part
from presets.music.event import PPQ

OCTAVE = 12


def matched(controls: Controls, phrase: Phrase, parts: Sequence[Part]) -> Controls:
    """Return the controls with the loudness, the register and the density moved towards those of a phrase.

    With `match` at 1, notes are on average as loud as the phrase's, and `register` grows by as many octaves
    as the phrase is above the preset: its highest notes above the highest part, or all above a single part.
    The form then asks for as many events a beat as the phrase has.

    Args:
        controls: as they are set; their `match` says how far.
        phrase: with at least one event.
        parts: the parts of the preset that plays.
    """
    notes = [note for _, event in phrase.events for note in event.notes]
    loudness = float(np.mean([note.velocity for note in notes]))
    # The highest notes of a phrase are the highest part's.
    heard = [note.note for note in notes] if len(parts) == 1 else [note for _, note in phrase.line]
    height = float(np.mean(heard)) - controls.transpose - max(part.register for part in parts)
    first, last = phrase.events[0][0], phrase.events[-1][0]
    return replace(
        controls,
        rate=(len(phrase.events) - 1) * PPQ / (last - first) if last > first else None,
        velocity=round(controls.velocity + controls.match * (loudness - controls.velocity)),
        register=REGISTER.nearest(controls.register + controls.match * height / OCTAVE),
    )
