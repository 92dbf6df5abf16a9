"""Decide which notes get an accidental."""

from collections.abc import Sequence
from dataclasses import replace

from export.notation.keys import Signature
from export.notation.sheet import Head, Sign, Voice
from export.notation.spelling import altered_by


class Accidentals:
    """Goes through the bars of a staff and remembers the notes that accidentals have altered. One owner.

    An accidental applies until the bar line, and only in its octave. As a reminder for readers, it is also
    cancelled if the note comes in the next bar, or in the same bar in another octave.
    """

    def __init__(self) -> None:
        self._before: dict[tuple[str, int], int] = {}

    def place(self, voices: Sequence[Voice], key: Signature) -> tuple[Voice, ...]:
        """Return the voices of the next bar with their accidentals."""
        here: dict[tuple[str, int], int] = {}
        placed = [list(voice) for voice in voices]
        order = sorted(
            (sign.value.begin, number, index)
            for number, voice in enumerate(voices)
            for index, sign in enumerate(voice)
        )
        for _, number, index in order:
            sign = placed[number][index]
            placed[number][index] = replace(sign, heads=self._heads(sign, key, here))
        self._before = here
        return tuple(tuple(voice) for voice in placed)

    def _heads(self, sign: Sign, key: Signature, here: dict[tuple[str, int], int]) -> tuple[Head, ...]:
        heads = []
        for head in sign.heads:
            spelled = head.spelled
            place, alter, usual = (
                (spelled.step, spelled.octave),
                spelled.alter,
                altered_by(spelled.step, key),
            )
            if head.tied_from:
                heads.append(head)
                continue
            elsewhere = (found for (step, _), found in here.items() if step == spelled.step)
            doubtful = place not in here and (
                self._before.get(place, usual) != alter or any(found != alter for found in elsewhere)
            )
            heads.append(replace(head, accidental=here.get(place, usual) != alter or doubtful))
            here[place] = alter
        return tuple(heads)
