"""Write a recording as pages of sheet music."""

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
    # Text stays text, in a font that every computer has; music signs are drawn.
    "smuflTextFont": "none",
    # Formatted SVG has line breaks between the parts of a text, which would show as spaces.
    "svgFormatRaw": True,
    "xmlIdSeed": 1,
}
"""The options for verovio."""

SCALES = {2: 90, 4: 75, 6: 62}
"""Height of a staff in percent of 7.2 mm, by the maximum number of staves in a system."""

SMALLEST = 50
"""The height for more staves than in `SCALES`."""

LETTERS = {0xECA5: "\u2669", 0xECB7: "."}
"""Replacements for the signs of a music font (SMuFL) in texts: letters with the same meaning."""

LETTER_SIZE = 480

PAPER = '<rect width="100%" height="100%" fill="white"/>'


def write_pages(recording: Recording, path: Path, *, progress: Callable[[float], None]) -> list[Path]:
    """Write the sheet music of a recording as SVG pictures of A4 pages.

    Args:
        recording: a recording with at least one note outside the count-in.
        path: the file of a single page; with several pages, `F.svg` becomes `F-1.svg`, `F-2.svg` and so on.
        progress: called with the share of the work that is done, rising from 0 to 1.

    Returns:
        The files, in the order of the pages.

    Raises:
        SheetError: if there is no music to write, or a file cannot be written.
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
        # By default, verovio leaves out silent parts only in scores with several braces.
        mei = toolkit.getMEI().replace("<scoreDef ", '<scoreDef optimize="true" ', 1)
        _load(toolkit, mei)
        # A hidden part takes the marks over it along. Only after this layout is the top staff of each system
        # known, so place the marks and lay out again.
        _load(toolkit, _place_marks(mei, sheet.headings, top_staves(sheet, _systems(toolkit))))
    progress(1.0)
    return toolkit


def _load(toolkit: verovio.toolkit, text: str) -> None:
    if not toolkit.loadData(text):
        raise SheetError("cannot engrave the pages: verovio cannot read the sheet music")


def _systems(toolkit: verovio.toolkit) -> list[int]:
    """Return the number of bars in each system."""
    bars: list[int] = []
    for element in re.findall(r"<(system|measure)\b", toolkit.getMEI({"scoreBased": False})):
        if element == "system":
            bars.append(0)
        else:
            bars[-1] += 1
    return bars


def _place_marks(mei: str, headings: Sequence[Heading], tops: Sequence[int]) -> str:
    """Return a score in verovio's format (MEI) with the marks of the first staff moved to the top staves.

    A rehearsal mark that comes from MusicXML has no position in its bar; it gets one here. Without a position
    it appears at the bar line of the first staff, or at the beginning of the system if that staff is hidden.

    Args:
        mei: the score.
        headings: the heading of each bar.
        tops: the number of the staff for the marks of each bar, from 0.
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
    # If it were centred, a long title would reach over the bar before.
    return re.sub(r'(<reh\b[^>]*>\s*<rend\b[^>]*halign=)"center"', r'\1"left"', placed)


def _as_page(svg: str) -> str:
    """Return a page on white paper; the notes in tempo marks become letters that every font has."""
    svg = re.sub(
        r'<tspan font-family="[^"]*" font-size="\d+px">([\uE000-\uF8FF\s]+)</tspan>',
        lambda found: f'<tspan font-size="{LETTER_SIZE}px">{_letters(found[1])}</tspan>',
        svg,
    )
    return svg.replace("<defs>", f"{PAPER}<defs>", 1)


def _letters(signs: str) -> str:
    return "".join(signs.translate(LETTERS).split())
