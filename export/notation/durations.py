"""Written lengths: note values, dots, ties and tuplets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from export.notation.bars import BEAT, QUARTER, beat_places, weights
from presets.bundles.settings import Meter

VALUES = {3: "32nd", 6: "16th", 12: "eighth", 24: "quarter", 48: "half", 96: "whole"}
"""Undotted values by their units, named as in MusicXML."""

TRIPLET_VALUES = {4: "16th", 8: "eighth", 16: "quarter"}
"""Values in triplets, by their units: a third shorter than the plain value."""


@dataclass(frozen=True, slots=True)
class Tuplet:
    """A tuplet: `actual` notes in the time of `normal` notes.

    Attributes:
        begin: units from the bar line.
        end: units from the bar line.
        actual: number of notes written, 3 or 6.
        normal: number of notes that normally take this time, 2 or 4.
    """

    begin: int
    end: int
    actual: int
    normal: int


@dataclass(frozen=True, slots=True)
class Value:
    """A length that a single sign can show.

    Attributes:
        begin: units from the bar line.
        end: units from the bar line.
        kind: `whole` ... `32nd`.
        dots: 0 or 1.
        tuplet: the tuplet that it belongs to, or None.
    """

    begin: int
    end: int
    kind: str
    dots: int = 0
    tuplet: Tuplet | None = None


def find_tuplets(places: Sequence[int], meter: Meter) -> list[Tuplet]:
    """Return the tuplets of a voice in a bar.

    Args:
        places: the beginnings of its notes and rests, and the end of the bar: units from the bar line,
            rising, from 0. In each beat either all are multiples of 3, or all are multiples of 4.
        meter: the time signature of the bar.
    """
    tuplets = []
    for begin, end in pairwise(beat_places(meter)):
        within = [place - begin for place in places if begin < place < end]
        if all(place % 3 == 0 for place in within):
            continue
        if all(place % 8 == 0 for place in within):
            tuplets.append(Tuplet(begin, end, 3, 2))
        elif QUARTER // 2 in within:
            middle = begin + QUARTER // 2
            tuplets += [
                Tuplet(first, last, 3, 2)
                for first, last in ((begin, middle), (middle, end))
                if any(first < begin + place < last for place in within)
            ]
        else:
            tuplets.append(Tuplet(begin, end, 6, 4))
    return tuplets


def note_values(begin: int, end: int, meter: Meter, tuplets: Sequence[Tuplet]) -> list[Value]:
    """Return the values, tied to each other, that show the length of a note.

    Values must show the beat. A value crosses a heavier position than those where it begins and ends only in
    common syncopations (an eighth, a quarter and an eighth).

    Args:
        begin: units from the bar line.
        end: units from the bar line, at most the end of the bar.
        meter: the time signature of the bar.
        tuplets: the tuplets of the voice; inside one, a note begins and ends on a position of that tuplet.
    """
    return list(_values(begin, end, meter, tuplets, _is_readable_note))


def rest_values(begin: int, end: int, meter: Meter, tuplets: Sequence[Tuplet]) -> list[Value]:
    """Return the rests that fill a silence; unlike notes, they are never syncopated."""
    return list(_values(begin, end, meter, tuplets, _is_readable_rest))


Readable = Callable[[int, int, Meter], bool]


def _values(
    begin: int, end: int, meter: Meter, tuplets: Sequence[Tuplet], is_readable: Readable
) -> Iterator[Value]:
    borders = {border for tuplet in tuplets for border in (tuplet.begin, tuplet.end)}
    cuts = [begin, *sorted(border for border in borders if begin < border < end), end]
    for first, last in pairwise(cuts):
        tuplet = next((t for t in tuplets if t.begin <= first and last <= t.end), None)
        if tuplet is None:
            yield from _straight(first, last, meter, is_readable)
        else:
            yield from _in_tuplet(first, last, tuplet)


def _straight(begin: int, end: int, meter: Meter, is_readable: Readable) -> Iterator[Value]:
    length = end - begin
    if length in VALUES and is_readable(begin, end, meter):
        yield Value(begin, end, VALUES[length])
    elif length * 2 % 3 == 0 and length * 2 // 3 in VALUES and is_readable(begin, end, meter):
        yield Value(begin, end, VALUES[length * 2 // 3], dots=1)
    else:
        at = _heaviest_between(begin, end, weights(meter), 3)
        yield from _straight(begin, at, meter, is_readable)
        yield from _straight(at, end, meter, is_readable)


def _in_tuplet(begin: int, end: int, tuplet: Tuplet) -> Iterator[Value]:
    length = end - begin
    if length in TRIPLET_VALUES:
        yield Value(begin, end, TRIPLET_VALUES[length], tuplet=tuplet)
        return
    # Only the lengths 12 and 20 are left: split them where an eighth of the triplet begins.
    at = begin + 8 if (begin - tuplet.begin) % 8 == 0 else begin + 4
    yield from _in_tuplet(begin, at, tuplet)
    yield from _in_tuplet(at, end, tuplet)


def _heaviest_between(begin: int, end: int, weight: Sequence[int], step: int) -> int:
    """Return the heaviest position between two; if several tie, the one nearest to the lighter end."""
    between = range(begin + step, end, step)
    heaviest = max(weight[place] for place in between)
    places = [place for place in between if weight[place] == heaviest]
    return places[-1] if weight[begin] > weight[end] else places[0]


def _is_readable_note(begin: int, end: int, meter: Meter) -> bool:
    weight = weights(meter)
    within = max(weight[begin + 1 : end], default=0)
    if meter.is_compound and within > BEAT:
        # Only a note that begins and ends on beats of three may cross such a beat.
        return weight[begin] > BEAT and weight[end] > BEAT
    if within <= max(weight[begin], weight[end]):
        return True
    is_middle = weight[(begin + end) // 2] == within and (end - begin) in VALUES
    return is_middle and within == max(weight[begin], weight[end]) + 1


def _is_readable_rest(begin: int, end: int, meter: Meter) -> bool:
    weight = weights(meter)
    if (end - begin) not in VALUES:
        return meter.is_compound and (begin, end) in pairwise(beat_places(meter))
    within = max(weight[begin + 1 : end], default=0)
    if within >= BEAT:
        return within < weight[begin] and within < weight[end]
    return within < max(weight[begin], weight[end])
