import dataclasses
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from export.files.musicxml import SheetError
from export.files.pages import write_pages
from presets.bundles.settings import Meter
from presets.sets.recording import By, Recorded, Recording, Track
from tests.export.notation.recordings import melody, recording


def ignore(done: float) -> None:
    """Take how much is done."""


def eighths(bars: int, first: int = 0) -> list[Recorded]:
    return melody(*((4 * first + i / 2, 0.5, 60 + i % 12) for i in range(8 * bars)))


def test_one_page_has_the_name_and_several_have_numbers(tmp_path: Path) -> None:
    assert write_pages(recording(eighths(4)), tmp_path / "short.svg", progress=ignore) == [
        tmp_path / "short.svg"
    ]
    pages = write_pages(recording(eighths(150)), tmp_path / "long.svg", progress=ignore)
    assert [page.name for page in pages] == [f"long-{number}.svg" for number in range(1, len(pages) + 1)]
    assert len(pages) > 1
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "short.svg", *pages])


def test_a_page_is_a4_and_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    (page,) = write_pages(recording(eighths(2), meter=Meter(6, 8)), tmp_path / "page.svg", progress=ignore)
    svg = page.read_text(encoding="utf-8")
    size = re.match(r'<svg width="([\d.]+)mm" height="([\d.]+)mm"', svg)
    assert size is not None
    assert [float(length) for length in size.groups()] == pytest.approx([210, 297], abs=0.1)
    assert set(re.findall(r'"https?://[^"]*"', svg)) <= {
        '"http://www.w3.org/2000/svg"',
        '"http://www.w3.org/1999/xlink"',
    }
    assert "@font-face" not in svg
    assert not re.search("[\ue000-\uf8ff]", svg)


def texts(svg: str) -> str:
    found = re.findall(r"<text.*?</text>", svg, re.S)
    return " ".join("".join(re.findall(r">([^<]*)<", text)) for text in found).replace("\u00a0", " ")


def test_title_tempo_parts_and_page_numbers_are_written(tmp_path: Path) -> None:
    pages = write_pages(recording(eighths(90), eighths(90), bpm=90), tmp_path / "duo.svg", progress=ignore)
    first, second = (texts(page.read_text(encoding="utf-8")) for page in pages[:2])
    assert "Piece" in first
    assert "\u2669 = 90" in first
    assert "track 0" in first
    assert "2" in second


def test_a_title_may_have_any_letters(tmp_path: Path) -> None:
    music = dataclasses.replace(recording(eighths(1)), name="<&> \u00e9t\u00e9 \x00")
    (page,) = write_pages(music, tmp_path / "x.svg", progress=ignore)
    assert "&lt;&amp;&gt; \u00e9t\u00e9" in page.read_text(encoding="utf-8")


def test_what_stands_over_a_silent_part_is_not_lost(tmp_path: Path) -> None:
    """The first part is silent from bar 5 on, its staff is left out, and another preset begins there."""
    music = Recording(
        "Piece",
        ((0, Meter()),),
        ((0, 500_000),),
        ((0, "bach"), (40 * 1920, "folk")),
        (
            Track("bach", By.SEGUE, tuple(eighths(4))),
            Track("folk", By.SEGUE, tuple(eighths(30, first=40))),
        ),
    )
    pages = write_pages(music, tmp_path / "set.svg", progress=ignore)
    assert "folk" in [word for page in pages for word in texts(page.read_text(encoding="utf-8")).split()]
    marks = re.findall(r'class="reh"', "".join(page.read_text(encoding="utf-8") for page in pages))
    assert len(marks) == 2


SVG = "{http://www.w3.org/2000/svg}"


def bars_of(page: Path) -> list[ElementTree.Element]:
    return [g for g in ElementTree.parse(page).iter(f"{SVG}g") if g.get("class") == "measure"]


def staves_of(bar: ElementTree.Element) -> list[ElementTree.Element]:
    """Those that are drawn."""
    return [g for g in bar if g.get("class") == "staff" and len(g)]


def framed(page: Path) -> dict[str, tuple[int, float]]:
    """By the words in a frame: the bar, from 0 on the page, and how far into its width they stand, 0..1."""
    found = {}
    for number, bar in enumerate(bars_of(page)):
        line = next(staves_of(bar)[0].iter(f"{SVG}path")).get("d", "")
        left, right = map(int, re.findall(r"M(\d+) \d+\s+L(\d+)", line)[0])
        for frame in (g for g in bar.iter(f"{SVG}g") if g.get("class") == "reh"):
            at = max(int(part.get("x", 0)) for part in frame.iter(f"{SVG}text"))
            found["".join(frame.itertext()).strip()] = (number, (at - left) / (right - left))
    return found


def test_frames_stand_over_their_bars_where_the_first_part_is_left_out(tmp_path: Path) -> None:
    tracks = (
        Track("bach", By.SEGUE, tuple(eighths(4))),
        Track("folk", By.SEGUE, tuple(eighths(16, first=4))),
    )
    markers = ((0, "bach"), (4 * 1920, "folk"), (14 * 1920, "Nocturne"), (17 * 1920 + 960, "pop"))
    music = Recording("Piece", ((0, Meter()),), ((0, 500_000),), markers, tracks)
    (page,) = write_pages(music, tmp_path / "set.svg", progress=ignore)
    found = framed(page)
    assert {words: number for words, (number, _) in found.items()} == {
        "bach": 0,
        "folk": 4,
        "Nocturne": 14,
        "pop": 17,
    }
    assert found["Nocturne"][1] < 0.3
    assert 0.4 < found["pop"][1] < 0.7


def test_silent_parts_are_left_out_of_the_first_system(tmp_path: Path) -> None:
    music = recording(eighths(8), eighths(8, first=16))
    (page,) = write_pages(music, tmp_path / "duo.svg", progress=ignore)
    bars = bars_of(page)
    assert [len(staves_of(bar)) for bar in (bars[0], bars[-1])] == [1, 1]


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    write_pages(recording(eighths(2), eighths(2)), tmp_path / "x.svg", progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match=r"^cannot write the page .*: No such file or directory$"):
        write_pages(recording(eighths(1)), tmp_path / "no" / "x.svg", progress=ignore)
