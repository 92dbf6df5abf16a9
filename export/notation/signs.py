"""Cut the voices of a staff into bars, and write them as signs."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from export.notation.bars import Bar, beat_places
from export.notation.beams import beams
from export.notation.durations import Tuplet, Value, find_tuplets, note_values, rest_values
from export.notation.sheet import Head, Sign, Voice
from export.notation.spelling import Spelled
from export.notation.voices import Chord
from presets.bundles.settings import Meter

Speller = Callable[[int, int], Spelled]
"""Takes a MIDI note and the units where it begins."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A chord, or the part of it in one bar; a silence if `chord` is None. Units from the bar line."""

    begin: int
    end: int
    chord: Chord | None = None
    tied_from: bool = False
    tied_to: bool = False


def write_bar(voices: Sequence[Sequence[Chord]], bar: Bar, speller: Speller) -> tuple[Voice, ...]:
    """Return the voices of a bar, each filling it: one voice, or the upper and the lower one.

    Args:
        voices: the chords of the upper and of the lower voice of the whole staff, in order.
        bar: the bar.
        speller: chooses the names of the notes.
    """
    stretches = [found for chords in voices if (found := _within(chords, bar))]
    if not stretches:
        return ((Sign(Value(0, bar.length, "whole"), fills_bar=True),),)
    written = [list(_fill(found, bar.length)) for found in stretches]
    return tuple(
        tuple(_write_voice(voice, bar, speller, written[:index] + written[index + 1 :], is_lower=index > 0))
        for index, voice in enumerate(written)
    )


def _within(chords: Sequence[Chord], bar: Bar) -> list[_Stretch]:
    """Return the parts of chords that sound in a bar."""
    first = bisect_right(chords, bar.begin, key=lambda chord: chord.end)
    last = bisect_left(chords, bar.end, key=lambda chord: chord.begin)
    return [
        _Stretch(
            max(chord.begin - bar.begin, 0),
            min(chord.end - bar.begin, bar.length),
            chord,
            tied_from=chord.begin < bar.begin,
            tied_to=chord.end > bar.end,
        )
        for chord in chords[first:last]
    ]


def _fill(stretches: Sequence[_Stretch], length: int) -> Iterator[_Stretch]:
    at = 0
    for stretch in stretches:
        if stretch.begin > at:
            yield _Stretch(at, stretch.begin)
        yield stretch
        at = stretch.end
    if at < length:
        yield _Stretch(at, length)


def _write_voice(
    stretches: Sequence[_Stretch],
    bar: Bar,
    speller: Speller,
    others: Sequence[Sequence[_Stretch]],
    *,
    is_lower: bool,
) -> list[Sign]:
    tuplets = find_tuplets([*(stretch.begin for stretch in stretches), bar.length], bar.meter)
    signs: list[Sign] = []
    for stretch in stretches:
        if stretch.chord is None:
            for value in rest_values(stretch.begin, stretch.end, bar.meter, tuplets):
                is_filled = is_lower or any(_sounds(other, value) for other in others)
                signs.append(Sign(value, visible=not is_filled or _shows_beat(value, stretches, bar)))
        else:
            values = note_values(stretch.begin, stretch.end, bar.meter, tuplets)
            signs += _chord_signs(stretch, stretch.chord, values, speller)
    return _bind(signs, bar.meter)


def _chord_signs(stretch: _Stretch, chord: Chord, values: Sequence[Value], speller: Speller) -> list[Sign]:
    """Return the signs of a chord, tied to each other if one value cannot show its length."""
    is_plain = len(values) == 1 and not (values[0].dots or stretch.tied_from or stretch.tied_to)
    signs = []
    for index, value in enumerate(values):
        tied_from = index > 0 or stretch.tied_from
        tied_to = index + 1 < len(values) or stretch.tied_to
        heads = tuple(
            Head(note, speller(note, chord.begin), tied_from=tied_from, tied_to=tied_to)
            for note in chord.notes
        )
        signs.append(Sign(value, heads, staccato=chord.staccato and is_plain))
    return signs


def _bind(signs: Sequence[Sign], meter: Meter) -> list[Sign]:
    """Return the signs of a voice with beams and with marked tuplets."""
    bound = beams([sign.value for sign in signs], [bool(sign.heads) for sign in signs], meter)
    unbound = {sign.value.tuplet for sign, states in zip(signs, bound, strict=True) if not states}
    return [
        _mark_tuplet(replace(sign, beams=states), unbound) for sign, states in zip(signs, bound, strict=True)
    ]


def _mark_tuplet(sign: Sign, unbound: Collection[Tuplet | None]) -> Sign:
    """Return a sign with marks for the beginning, the end and the bracket of its tuplet."""
    value, tuplet = sign.value, sign.value.tuplet
    if tuplet is None:
        return sign
    return replace(
        sign,
        tuplet_starts=value.begin == tuplet.begin,
        tuplet_stops=value.end == tuplet.end,
        bracket=tuplet in unbound,
    )


def _shows_beat(value: Value, stretches: Sequence[_Stretch], bar: Bar) -> bool:
    """Return whether a rest shows where in the beat a note of the same voice begins."""
    for begin, end in pairwise(beat_places(bar.meter)):
        if begin <= value.begin and value.end <= end:
            return any(stretch.chord and value.end <= stretch.begin < end for stretch in stretches)
    return False


def _sounds(stretches: Sequence[_Stretch], value: Value) -> bool:
    """Return whether another voice sounds during the whole of a rest."""
    return not any(
        other.chord is None and other.begin < value.end and value.begin < other.end for other in stretches
    )
