"""Assigns notes to a preset's parts, and selects the parts' sounds."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from mido import Message

from presets.bundles.settings import Part
from presets.music.event import Event, Note
from presets.music.window import Window


def give_parts(notes: Iterable[Note], parts: Sequence[Part]) -> list[Note]:
    """Return the notes assigned to these parts, each to the part with the nearest register.

    A part plays each note number only once. If the nearest part has the number already, the note goes to the
    next nearest part without it. If all parts have it, the notes become one, with the longer duration and the
    higher velocity.

    Args:
        notes: the notes of one event, from any parts.
        parts: at least one; of two equally near parts, the first gets the note.
    """
    given: dict[tuple[int, int], Note] = {}
    for note in notes:
        nearest = sorted(range(len(parts)), key=lambda part: abs(parts[part].register - note.note))
        free = [part for part in nearest if (part, note.note) not in given]
        part = free[0] if free else nearest[0]
        before = given.get((part, note.note), note)
        given[part, note.note] = Note(
            note.note, max(before.duration, note.duration), max(before.velocity, note.velocity), part
        )
    return list(given.values())


def parts_named(names: Collection[str], parts: Sequence[Part]) -> frozenset[int]:
    """Return the indices of the parts with these names; none if these are all of them."""
    named = frozenset(index for index, part in enumerate(parts) if part.name in names)
    return named if len(named) < len(parts) else frozenset()


def window_in_parts(window: Window, parts: Sequence[Part]) -> Window:
    """Return the window with its notes assigned to these parts; events that fit stay the same objects."""

    def in_parts(event: Event) -> Event:
        given = Event.of(event.ioi, give_parts(event.notes, parts))
        return event if given == event else given

    return replace(window, events=tuple(map(in_parts, window)))


def program_changes(parts: Iterable[Part]) -> list[Message]:
    """Return the messages that select each part's sound; a part without a program has none."""
    return [
        message
        for part in parts
        if part.program is not None
        for message in _selection(part.channel, part.program, part.bank)
    ]


class Sounds:
    """Selects the sounds of one preset after another, so that no preset inherits another's sound.

    It remembers the channels of each output on which it has selected a program, and those with a bank. Owned
    by one thread.
    """

    def __init__(self) -> None:
        self._given: set[tuple[int, int]] = set()
        self._banked: set[tuple[int, int]] = set()

    def choose(self, parts: Sequence[Part], outputs: Sequence[int] = ()) -> dict[int, tuple[Message, ...]]:
        """Return the messages that select each part's sound, by number of the output.

        A part without a program keeps the instrument's own sound. But if another preset has selected a
        program on its channel, the part gets the first program, which most instruments start with. The same
        applies to banks.

        Args:
            parts: the parts of the preset that plays from now on.
            outputs: the output of each part, from 0; empty if all play into the first.
        """
        places = [(outputs[number] if outputs else 0, part.channel) for number, part in enumerate(parts)]
        chosen = {place: part for place, part in zip(places, parts, strict=True) if part.program is not None}
        left = {place: part for place, part in zip(places, parts, strict=True) if place not in chosen}
        self._given |= chosen.keys()
        selected: dict[int, tuple[Message, ...]] = {}
        for place, part in (*chosen.items(), *left.items()):
            if place in self._given:
                output, channel = place
                messages = _selection(channel, part.program or 0, self._bank_of(place, part))
                selected[output] = (*selected.get(output, ()), *messages)
        return selected

    def _bank_of(self, place: tuple[int, int], part: Part) -> int | None:
        """Return the bank to select: the part's own, the first if another preset has set one, or None."""
        if part.bank is not None:
            self._banked.add(place)
            return part.bank
        return 0 if place in self._banked else None


def _selection(channel: int, program: int, bank: int | None) -> list[Message]:
    """Return the messages that select a program, bank first: a bank takes effect with the next program.

    Source: MIDI 1.0, "Bank Select": CC 0 has the upper seven bits, CC 32 the lower.
    """
    selection = [Message("program_change", channel=channel, program=program)]
    if bank is not None:
        selection[:0] = [
            Message("control_change", channel=channel, control=control, value=value)
            for control, value in ((0, bank >> 7), (32, bank & 127))
        ]
    return selection
