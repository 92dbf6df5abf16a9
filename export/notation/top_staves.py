"""Which staff is the top one, where systems leave out the parts that are silent."""

from collections.abc import Iterable

from export.notation.sheet import Sheet


def top_staves(sheet: Sheet, systems: Iterable[int]) -> list[int]:
    """Return for each bar the staff, counted from the top of the sheet, that is the top one of its system.

    Args:
        sheet: what is written.
        systems: how many bars each has. It shows the parts with notes, or every part if there is none.
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
