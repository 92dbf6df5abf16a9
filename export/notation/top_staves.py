"""Find the top staff of each system, if systems leave out silent parts."""

from collections.abc import Iterable

from export.notation.sheet import Sheet


def top_staves(sheet: Sheet, systems: Iterable[int]) -> list[int]:
    """Return for each bar the top staff of its system, as a number from the top of the sheet.

    Args:
        sheet: the sheet.
        systems: the number of bars in each system. A system shows the parts with notes, or all parts if none
            has notes.
    """
    tops: list[int] = []
    for bars in systems:
        system = range(len(tops), len(tops) + bars)
        tops += [_top(sheet, system)] * bars
    return tops


def _top(sheet: Sheet, system: range) -> int:
    number = 0
    for part in sheet.parts:
        if any(not staff[index].is_silent for staff in part.staves for index in system):
            return number
        number += len(part.staves)
    return 0
