"""A recording as pages of sheet music."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import verovio

from export.files.musicxml import SheetError, read_sheet, to_musicxml
from presets.recording import Recording
from training.atomic import replacing

OPTIONS = {
    # A4, in tenths of a millimetre.
    "pageWidth": 2100,
    "pageHeight": 2970,
    "pageMarginTop": 130,
    "pageMarginBottom": 130,
    "pageMarginLeft": 130,
    "pageMarginRight": 130,
    "scaleToPageSize": True,
    "mmOutput": True,
    "breaks": "auto",
    "justifyVertically": True,
    "systemDivider": "none",
    "header": "auto",
    "footer": "none",
    "mnumInterval": 0,
    # Texts stay texts in a font that every machine has; signs are drawn.
    "smuflTextFont": "none",
    "svgViewBox": True,
    # Between the parts of a text line breaks would be spaces.
    "svgFormatRaw": True,
    "xmlIdSeed": 1,
}
"""What verovio is told about a page."""

SCALES = {2: 90, 4: 75, 6: 62}
"""Percent of 7.2 mm that a staff is high, by the most staves that are together; more are written smaller."""

SMALLEST = 50

LETTERS = {"\ueca5": "\u2669", "\uecb7": "."}
"""Signs of a music font (SMuFL) in texts, and letters that say the same."""

LETTER_SIZE = 480


def write_pages(recording: Recording, path: Path, *, progress: Callable[[float], None]) -> list[Path]:
    """Write the sheet music of a recording as SVG pictures of A4 pages.

    Args:
        recording: at least one note that is no count-in.
        path: of a single page; of several, `F.svg` stands for `F-1.svg`, `F-2.svg` and so on.
        progress: is told how much is done, rising from 0 to 1.

    Returns:
        The files, in the order of the pages.

    Raises:
        SheetError: if there is nothing to write, or a file cannot be written.
    """
    sheet = read_sheet(recording, lambda done: progress(0.2 * done))
    text = to_musicxml(sheet, lambda done: progress(0.2 + 0.3 * done))
    staves = sum(len(part.staves) for part in sheet.parts)
    pages: list[Path] = []
    try:
        for number, (count, svg) in enumerate(_engrave(text, staves), start=1):
            page = path if count == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
            with replacing(page) as scratch:
                scratch.write_text(svg, encoding="utf-8")
            pages.append(page)
            progress(0.5 + 0.5 * number / count)
    except OSError as error:
        raise SheetError(f"cannot write the page {error.filename}: {error.strerror}") from error
    return pages


def _engrave(text: bytes, staves: int) -> Iterator[tuple[int, str]]:
    """Return how many pages there are, and the next of them as SVG."""
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    scale = next((scale for most, scale in SCALES.items() if staves <= most), SMALLEST)
    toolkit.setOptions({**OPTIONS, "scale": scale})
    if not toolkit.loadData(text.decode("utf-8")):
        raise SheetError("the sheet music cannot be engraved: verovio does not read it")
    count = toolkit.getPageCount()
    for number in range(1, count + 1):
        yield count, _as_text(toolkit.renderToSVG(number))


def _as_text(svg: str) -> str:
    """Return a page on which the notes of tempo marks are letters that every font has."""
    for sign, letter in LETTERS.items():
        svg = re.sub(
            rf'<tspan font-family="[^"]*" font-size="\d+px">{sign}',
            f'<tspan font-size="{LETTER_SIZE}px">{letter}',
            svg,
        )
    return svg
