"""Pictures of the screen for the pages: `chopin` on virtual time, and a pianist who calls and is answered.

`python -m tests.measurements.pictures` writes `docs/pictures/screen-80x24.svg` and the bigger ones.
"""

from dataclasses import replace
from io import StringIO
from pathlib import Path

from mido import Message
from rich.console import Console

from live.core.controls.table import Controls
from live.core.planning.style import Style
from live.inference.preset_loader import load_stage_preset
from live.ports.reports import MessageReceived
from live.screen import Picture, Snapshot
from presets.bundles.settings import Meter
from presets.music.readings import shipped_readings
from tests.live.stage.virtual_stage import VirtualStage

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"

SIZES = ((80, 24), (120, 40), (200, 60))

PRESETS = ("chopin", "bach", "folk", "pop")

BPM = 100

INPUTS = ("segue:in", "Keystation 61")

MOMENT = 15.3
"""Seconds: segue answers, and `bach` is on its way."""

CALL = ((67, 1.0), (72, 1.5), (75, 0.5), (74, 1.0), (72, 1.0), (71, 1.0))
"""What the pianist plays over two bars: notes and their beats."""

# rich's own page loads a font from elsewhere; this one takes what the reader has, so large as a cell is wide.
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 20.2px; \
white-space: pre; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    snapshot = perform()
    FOLDER.mkdir(exist_ok=True)
    for width, height in SIZES:
        path = FOLDER / f"screen-{width}x{height}.svg"
        path.write_text(picture(snapshot, width, height), encoding="utf-8")
        print(path.relative_to(FOLDER.parents[1]))


def perform() -> Snapshot:
    """Return a moment of a performance."""
    stage = VirtualStage(others=[style(name) for name in PRESETS], bpm=BPM, meter=Meter(3, 4))
    stage.type("s", 0.0)
    stage.type("2", 0.0)
    for _ in range(2):  # by way of `continue` to `answer`
        stage.type("m", 5.5)
    at = 9.0
    for note, beats in CALL:
        end = at + beats * 60 / BPM
        stage.at(at, MessageReceived(at, 0, Message("note_on", note=note, velocity=80)))
        stage.at(end, MessageReceived(end, 0, Message("note_off", note=note)))
        at = end
    stage.type("3", MOMENT - 0.5)
    stage.play_until(MOMENT)
    shown = stage.display.last
    assert shown is not None
    setlist = shown.setlist
    assert setlist.number is not None
    # The stage of the tests has a preset and ports that no musician sees.
    return replace(
        shown,
        setlist=replace(setlist, offers=setlist.offers[1:], number=setlist.number - 1),
        ports=replace(shown.ports, inputs=INPUTS, output="segue:out (JACK)"),
    )


def style(name: str) -> Style:
    preset = load_stage_preset(name)
    settings = preset.settings
    controls = Controls.of(settings)
    return Style(
        settings.name,
        preset.predictor,
        settings.parts,
        controls,
        originality=preset.originality,
        forms=preset.forms,
        readings=shipped_readings(),
    )


def picture(snapshot: Snapshot, width: int, height: int) -> str:
    console = Console(file=StringIO(), record=True, width=width, height=height, force_terminal=True)
    console.print(Picture(snapshot, width, height), end="", crop=False)
    return console.export_svg(title="segue", code_format=SVG, unique_id=f"segue-{width}x{height}")


if __name__ == "__main__":
    main()
