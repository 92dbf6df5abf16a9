"""Restricts and biases what is drawn: keys and ranges forbid notes, register and density favour some."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from live.core.controls.scales import Key
from live.core.controls.table import Controls
from presets.bundles.settings import Part
from presets.music.encoding import IOIS, KEYS, LOWEST_KEY

STRONGEST = 1.5
"""Nats by which density 1 favours an interval over one that is twice as long."""

HIGHER = 2.0
"""Nats by which register 1 favours a note over the one an octave below."""

CHORD_ON_BEAT, CHORD_BETWEEN = 5.0, 1.5
"""Nats by which a note outside the musician's chord is avoided on a beat and in the first one of a bar, and
between the others."""

IMPLIED_ON_BEAT, IMPLIED_BETWEEN = 12.0, 8.0
"""The same where nobody plays the chord, and a melody implies it: found beside training tunes of `folk`. They
are larger because such a chord is never quite sure."""

SHORTEST, LONGEST = 6, 96
"""Grid ticks of a sixteenth and of a whole note. Shorter intervals are ornaments and longer ones rests; the
density favours them no more than these two."""

_DOUBLINGS = np.log2(np.clip(np.arange(IOIS), SHORTEST, LONGEST) / 24)
"""Each interval as a number of doublings of a quarter note."""


def allowed_notes(controls: Controls, parts: int) -> NDArray[np.bool_]:
    """Return which note symbols may sound: bool (parts * 88,), read-only, at least one of them true.

    Allowed are notes of the key, within the range and not in `avoid`, in parts that do not rest. Key and
    range apply to the sound, after the transposition. If no note is left, the key is ignored; if the range
    holds none of the network's 88 keys, the range is ignored instead. A note in `avoid` is allowed only if
    there is no other. If all parts should rest, none does.
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
    """Return which tokens of a classic preset may be drawn: bool (V,), at least one of them true.

    Allowed are tokens within the range and without a note in `avoid`. If there is none, the range is ignored.
    Tokens with a note in `avoid` are allowed only if there is no other.

    Args:
        notes: which MIDI notes each token plays, bool (V, 128).
        controls: their `avoid` and range are used.
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

    Within an octave of the part's own register, each octave higher adds 2 * register nats. Beyond that, the
    bias grows no more: the network hears itself, and would otherwise climb without end. The total probability
    of each part stays the same, and so does that of STOP, so the bias changes neither which parts play nor
    how many notes a chord has. A register of 0 changes nothing.

    Args:
        logits: shape (P * 88 + 1,).
        register: -1..1; above 0 favours higher notes.
        possible: which symbols may be drawn, bool (P * 88 + 1,).
        parts: the P parts.
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


def favour_pitch_classes(
    logits: NDArray[np.floating], leanings: tuple[float, ...], transpose: int
) -> NDArray[np.floating]:
    """Return the logits of the next note symbol, STOP last, with the leanings of their pitch classes added.

    STOP stays as it is, so a chord has fewer notes rather than others that the network does not mean.

    Args:
        logits: shape (P * 88 + 1,).
        leanings: nats for each pitch class as it sounds, C first, (12,); empty to change nothing.
        transpose: semitones by which the notes will sound higher.
    """
    if not leanings:
        return logits
    return logits + _of_symbols(leanings, transpose, len(logits) // KEYS)


@lru_cache(maxsize=64)
def _of_symbols(leanings: tuple[float, ...], transpose: int, parts: int) -> NDArray[np.float64]:
    """Return the leaning of each note symbol, (P * 88 + 1,); 0 for STOP."""
    of_keys = np.array(leanings)[(np.arange(LOWEST_KEY, LOWEST_KEY + KEYS) + transpose) % 12]
    return np.append(np.tile(of_keys, parts), 0.0)


def favour_harmony(
    logits: NDArray[np.floating],
    harmony: tuple[float, ...],
    transpose: int,
    *,
    on_beat: bool,
    implied: bool = False,
) -> NDArray[np.floating]:
    """Return the logits of the next note symbol, STOP last, with notes outside a chord avoided.

    Most of all on beats, and in the first one: elsewhere, notes may pass from one chord note to the next.

    Args:
        logits: shape (P * 88 + 1,).
        harmony: how surely each pitch class is of the chord as it sounds, 0..1, (12,); empty to change
            nothing.
        transpose: semitones by which the notes will sound higher.
        on_beat: whether the event falls on a beat, or in the first one of the bar.
        implied: whether nobody plays the chord, but a melody implies it.
    """
    on, between = (IMPLIED_ON_BEAT, IMPLIED_BETWEEN) if implied else (CHORD_ON_BEAT, CHORD_BETWEEN)
    avoided = on if on_beat else between
    leanings = tuple(avoided * (sure - 1) for sure in harmony)
    return favour_pitch_classes(logits, leanings, transpose)


@lru_cache(maxsize=64)
def _heights(registers: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the nats by which register 1 favours each note symbol; 0 for STOP."""
    octaves = (np.arange(LOWEST_KEY, LOWEST_KEY + KEYS) - np.array(registers)[:, np.newaxis]) / 12
    return np.append(HIGHER * np.clip(octaves, -1, 1), 0.0)


def _together(logits: NDArray[np.floating]) -> float:
    """Return the log-sum-exp of these logits."""
    return float(np.logaddexp.reduce(logits, dtype=np.float64))


def favour_density(logits: NDArray[np.floating], density: float) -> NDArray[np.float64]:
    """Return the logits of inter-onset intervals, biased towards shorter (density > 0) or longer ones.

    An interval of t grid ticks, clipped to 6..96, gets -1.5 * density * log2(t / 24). At density 1, the odds
    of an interval against one twice as long become e^1.5 = 4.5 times as high. A density of 0 changes nothing.
    An interval of 0 is never drawn, since it would be the same event.

    Args:
        logits: shape (385,).
        density: -1..1.
    """
    biased = logits - (density * STRONGEST) * _DOUBLINGS
    biased[0] = -np.inf
    return biased
