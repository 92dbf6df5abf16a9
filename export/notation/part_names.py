"""Names as they stand on the page: the title, and the parts before the systems."""

from collections.abc import Sequence

SHORT = 5
"""Letters of a name that is not abbreviated any more."""


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


def abbreviate(name: str) -> str:
    """Return a name with a few letters: `bach: soprano` is `sopr.`."""
    last = name.rpartition(": ")[2]
    return last if len(last) <= SHORT else f"{last[: SHORT - 1]}."
