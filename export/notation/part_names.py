"""Names on the page: the title, and the part names before the systems."""

from collections import Counter
from collections.abc import Iterable, Sequence

SHORT = 6
"""Names with up to this many letters are not abbreviated."""

FEWEST = 4
"""Minimum number of letters in an abbreviation."""


def printable(text: str) -> str:
    """Return a text without characters that cannot be printed, such as control characters and line ends."""
    return "".join(letter for letter in text if letter.isprintable()).strip()


def name_parts(tracks: Sequence[str]) -> list[str]:
    """Return part names from track names: `bach: soprano` becomes `soprano` if all tracks are from `bach`.

    A single part gets no name.
    """
    if len(tracks) == 1:
        return [""]
    presets = {preset for preset, colon, _ in (name.partition(": ") for name in tracks) if colon}
    if len(presets) == 1 and all(": " in name for name in tracks):
        return [name.partition(": ")[2] for name in tracks]
    return list(tracks)


def abbreviate(names: Sequence[str]) -> list[str]:
    """Return abbreviated names: `bach: soprano` becomes `sopr.`.

    Abbreviations are never ambiguous: next to `chopin`, `chopin-classic` becomes `chopin-c.`, and `folk:
    melody` is not abbreviated next to `pop: melody`.
    """
    lasts = {name: name.rpartition(": ")[2] for name in names}
    shared = Counter(lasts.values())
    return [
        _shorten(last, set(lasts.values()) - {last}) if shared[last] == 1 else name
        for name, last in ((name, lasts[name]) for name in names)
    ]


def _shorten(name: str, others: Iterable[str]) -> str:
    if len(name) <= SHORT:
        return name
    # An abbreviation must save at least two letters beyond its full stop.
    for length in range(FEWEST, len(name) - 2):
        begin = name[:length]
        if begin[-1].isalnum() and not any(other.startswith(begin) for other in others):
            return f"{begin}."
    return name
