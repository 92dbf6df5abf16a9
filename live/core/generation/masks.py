"""What a player forbids or favours, before anything is drawn: keys, ranges, registers, density."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from live.core.controls.scales import Key
from live.core.controls.values import Controls
from presets.bundles.settings import Part
from presets.music.encoding import IOIS, KEYS, LOWEST_KEY

STRONGEST = 1.5
"""Nats by which the greatest density favours an interval over one that is twice as long."""

HIGHER = 2.0
"""Nats by which the highest register favours a note over the one an octave below."""

SHORTEST, LONGEST = 6, 96
"""Grid ticks of a sixteenth and of a whole note: shorter intervals are ornaments and longer ones silences,
and are favoured no more than these."""

_DOUBLINGS = np.log2(np.clip(np.arange(IOIS), SHORTEST, LONGEST) / 24)
"""How many times a quarter note is doubled to make each interval."""


def allowed_notes(controls: Controls, parts: int) -> NDArray[np.bool_]:
    """Return which note symbols may sound: bool (parts * 88,), at least one of them, not to be written to.

    Only notes of the key within the range, as they sound after the transposition, and none to be avoided, of
    the parts that do not rest. Where there is none, the key is given up; where the range has none of the
    network's keys, the range is given up instead. What is to be avoided sounds only if there is nothing else.
    Where every part is to rest, none does.
    """
    return _allowed(
        controls.key,
        controls.lowest,
        controls.highest,
        controls.transpose,
        controls.avoid,
        controls.resting_parts,
        parts,
    )


@lru_cache(maxsize=64)
def _allowed(
    key: Key | None,
    lowest: int,
    highest: int,
    transpose: int,
    avoid: frozenset[int],
    resting: frozenset[int],
    parts: int,
) -> NDArray[np.bool_]:
    sounding = np.arange(LOWEST_KEY, LOWEST_KEY + KEYS) + transpose
    in_range = (sounding >= lowest) & (sounding <= highest)
    every = np.full(KEYS, fill_value=True)
    in_key = np.isin(sounding % 12, list(key.pitch_classes)) if key else every
    free = ~np.isin(sounding, list(avoid))
    rules = (in_range & in_key, in_range, in_key, every)
    keys = next(mask for mask in (*(rule & free for rule in rules), *rules) if mask.any())
    playing = [part not in resting for part in range(parts)]
    allowed = np.outer(playing if any(playing) else [True] * parts, keys).reshape(-1)
    allowed.flags.writeable = False
    return allowed


def allowed_tokens(notes: NDArray[np.bool_], controls: Controls) -> NDArray[np.bool_]:
    """Return which tokens of a classic preset may be drawn: bool (V,), at least one of them.

    Those within the range and without a note to be avoided; where there is none, the range is given up, and
    what is to be avoided sounds only if there is nothing else.

    Args:
        notes: which MIDI notes each token plays, (V, 128).
        controls: `avoid` and the range.
    """
    numbers = np.arange(notes.shape[1])
    outside = (numbers < controls.lowest) | (numbers > controls.highest)
    avoided = np.isin(numbers, list(controls.avoid))
    for forbidden in (outside | avoided, avoided):
        allowed: NDArray[np.bool_] = ~(notes @ forbidden)
        if allowed.any():
            return allowed
    return np.full(len(notes), fill_value=True)


def favour_register(
    logits: NDArray[np.floating], register: float, possible: NDArray[np.bool_], parts: Sequence[Part]
) -> NDArray[np.floating]:
    """Return the logits of the next note symbol, STOP last, biased towards higher or lower notes.

    Within an octave of its part's own register, each octave higher adds 2 * register nats. Further away they
    are favoured no more: the network hears itself, and what is high already would go up without an end. The
    notes of a part stay as likely together as they were, and so does STOP: every part plays in its turn, and
    a chord goes on as it would. A register of 0 changes nothing.

    Args:
        logits: shape (P * 88 + 1,).
        register: -1..1; above 0 favours higher notes.
        possible: which symbols may be drawn, (P * 88 + 1,).
        parts: P.
    """
    if not register:
        return logits
    biased = logits + register * _heights(tuple(part.register for part in parts))
    for first in range(0, len(logits) - 1, KEYS):
        part = slice(first, first + KEYS)
        where = possible[part]
        if where.any():
            biased[part] += _together(logits[part][where]) - _together(biased[part][where])
    return biased


@lru_cache(maxsize=64)
def _heights(registers: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the nats by which the highest register favours each note symbol; nothing for STOP."""
    octaves = (np.arange(LOWEST_KEY, LOWEST_KEY + KEYS) - np.array(registers)[:, np.newaxis]) / 12
    return np.append(HIGHER * np.clip(octaves, -1, 1), 0.0)


def _together(logits: NDArray[np.floating]) -> float:
    """Return the logit of all of these together."""
    return float(np.logaddexp.reduce(logits, dtype=np.float64))


def favour_density(logits: NDArray[np.floating], density: float) -> NDArray[np.float64]:
    """Return the logits of inter-onset intervals, biased towards shorter (density > 0) or longer ones.

    An interval of t grid ticks, taken for one of 6..96, gets -1.5 * density * log2(t / 24): at density 1, an
    interval becomes e^1.5 = 4.5 times as likely against one twice as long as the network has it. A density of
    0 changes nothing. An interval of no length is never drawn: it would be the same event.

    Args:
        logits: shape (385,).
        density: -1..1.
    """
    biased = logits - (density * STRONGEST) * _DOUBLINGS
    biased[0] = -np.inf
    return biased
