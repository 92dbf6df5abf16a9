"""Names as they stand on the page: the title, and the parts before the systems."""

from collections import Counter
from collections.abc import Iterable, Sequence

SHORT = 6
"""Letters of a name that is not abbreviated."""

FEWEST = 4
"""Letters of an abbreviation."""


def printable(text: str) -> str:
    """Return a text without what no page can show: control signs, line ends, places of no letter."""
    return "".join(letter for letter in text if letter.isprintable()).strip()


def name_parts(tracks: Sequence[str]) -> list[str]:
    """Return the names of parts by those of their tracks: `bach: soprano` is the soprano if all are Bach's.

    A part that is alone has no name.
    """
    if len(tracks) == 1:
        return [""]
    presets = {preset for preset, colon, _ in (name.partition(": ") for name in tracks) if colon}
    if len(presets) == 1 and all(": " in name for name in tracks):
        return [name.partition(": ")[2] for name in tracks]
    return list(tracks)


def abbreviate(names: Sequence[str]) -> list[str]:
    """Return the names with a few letters: `bach: soprano` is `sopr.`.

    No abbreviation can be read as another of the names: beside `chopin`, `chopin-classic` is `chopin-c.`, and
    `folk: melody` stays whole beside `pop: melody`.
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
    # A point that stands for two letters saves none.
    for length in range(FEWEST, len(name) - 2):
        begin = name[:length]
        if begin[-1].isalnum() and not any(other.startswith(begin) for other in others):
            return f"{begin}."
    return name
