"""A recording as pages of sheet music."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import verovio

from export.files.musicxml import SheetError, read_sheet, to_musicxml
from export.notation.bars import QUARTER
from export.notation.sheet import Heading, Sheet
from export.notation.top_staves import top_staves
from presets.atomic import replacing
from presets.sets.recording import Recording

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
    "condenseFirstPage": True,
    "systemDivider": "none",
    "header": "auto",
    "footer": "none",
    "mnumInterval": 0,
    # Texts stay texts in a font that every machine has; signs are drawn.
    "smuflTextFont": "none",
    # Between the parts of a text line breaks would be spaces.
    "svgFormatRaw": True,
    "xmlIdSeed": 1,
}
"""The options that verovio gets for a page."""

SCALES = {2: 90, 4: 75, 6: 62}
"""Percent of 7.2 mm that a staff is high, by the most staves that are together; more are written smaller."""

SMALLEST = 50

LETTERS = {0xECA5: "\u2669", 0xECB7: "."}
"""Signs of a music font (SMuFL) in texts, and letters that say the same."""

LETTER_SIZE = 480

PAPER = '<rect width="100%" height="100%" fill="white"/>'


def write_pages(recording: Recording, path: Path, *, progress: Callable[[float], None]) -> list[Path]:
    """Write the sheet music of a recording as SVG pictures of A4 pages.

    Args:
        recording: at least one note that is no count-in.
        path: of a single page; of several, `F.svg` stands for `F-1.svg`, `F-2.svg` and so on.
        progress: called with how much is done, rising from 0 to 1.

    Returns:
        The files, in the order of the pages.

    Raises:
        SheetError: if there is nothing to write, or a file cannot be written.
    """
    sheet = read_sheet(recording, lambda done: progress(0.2 * done))
    toolkit = _engrave(sheet, lambda done: progress(0.2 + 0.6 * done))
    pages: list[Path] = []
    count = toolkit.getPageCount()
    try:
        for number in range(1, count + 1):
            page = path if count == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
            with replacing(page) as scratch:
                scratch.write_text(_as_page(toolkit.renderToSVG(number)), encoding="utf-8")
            pages.append(page)
            progress(0.8 + 0.2 * number / count)
    except OSError as error:
        raise SheetError(f"cannot write the page {error.filename}: {error.strerror}") from error
    return pages


def _engrave(sheet: Sheet, progress: Callable[[float], None]) -> verovio.toolkit:
    """Return verovio with the pages laid out."""
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    staves = sum(len(part.staves) for part in sheet.parts)
    scale = next((scale for most, scale in SCALES.items() if staves <= most), SMALLEST)
    toolkit.setOptions({**OPTIONS, "scale": scale})
    _load(toolkit, to_musicxml(sheet, lambda done: progress(0.8 * done)).decode("utf-8"))
    if len(sheet.parts) > 1:
        # Unasked, verovio leaves out silent parts only of scores with several braces.
        mei = toolkit.getMEI().replace("<scoreDef ", '<scoreDef optimize="true" ', 1)
        _load(toolkit, mei)
        # With a part goes what stands over it: only now is it known which staff is the top one.
        _load(toolkit, _place_marks(mei, sheet.headings, top_staves(sheet, _systems(toolkit))))
    progress(1.0)
    return toolkit


def _load(toolkit: verovio.toolkit, text: str) -> None:
    if not toolkit.loadData(text):
        raise SheetError("the pages cannot be engraved: verovio does not read the sheet music")


def _systems(toolkit: verovio.toolkit) -> list[int]:
    """Return how many bars each system has."""
    bars: list[int] = []
    for element in re.findall(r"<(system|measure)\b", toolkit.getMEI({"scoreBased": False})):
        if element == "system":
            bars.append(0)
        else:
            bars[-1] += 1
    return bars


def _place_marks(mei: str, headings: Sequence[Heading], tops: Sequence[int]) -> str:
    """Return a score in verovio's own format (MEI) with what stands over the first staff over the top ones.

    A rehearsal mark, which has no place in its bar when it comes from MusicXML, gets one: without, it stands
    at the bar line of the first staff, and where that is left out at the beginning of the system.

    Args:
        mei: the score.
        headings: of each bar.
        tops: of each bar, the number of the staff over which its marks stand, from 0.
    """
    bar = -1
    places: list[int] = []

    def place(element: re.Match[str]) -> str:
        nonlocal bar
        if element[1] == "measure":
            bar += 1
            places[:] = [begin for begin, _ in headings[bar].rehearsals]
            return element[0]
        placed = element[0].replace(' staff="1"', f' staff="{tops[bar] + 1}"')
        if element[1] == "reh":
            beat = 4 * QUARTER / headings[bar].bar.meter.denominator
            placed += f' tstamp="{1 + places.pop(0) / beat:g}"'
        return placed

    placed = re.sub(r"<(measure|tempo|dir|reh)\b[^>]*(?=>)", place, mei)
    # Centred, a long title would stand over the bar before.
    return re.sub(r'(<reh\b[^>]*>\s*<rend\b[^>]*halign=)"center"', r'\1"left"', placed)


def _as_page(svg: str) -> str:
    """Return a page on white paper, on which the notes of tempo marks are letters that every font has."""
    svg = re.sub(
        r'<tspan font-family="[^"]*" font-size="\d+px">([\uE000-\uF8FF\s]+)</tspan>',
        lambda found: f'<tspan font-size="{LETTER_SIZE}px">{_letters(found[1])}</tspan>',
        svg,
    )
    return svg.replace("<defs>", f"{PAPER}<defs>", 1)


def _letters(signs: str) -> str:
    return "".join(signs.translate(LETTERS).split())
