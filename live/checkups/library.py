"""Whether every preset is intact and loads."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from live.checkups.finding import Finding, fault, ok
from live.inference.opening import open_predictor
from presets.bundles.bundle import read_bundle
from presets.errors import SegueError

SUBJECT = "presets"


def check_presets(folders: Mapping[str, Path]) -> Iterator[Finding]:
    """Read each preset, its sums included, and open its network.

    Args:
        folders: where each stands, by name.
    """
    problems: dict[str, str] = {}
    for name, folder in folders.items():
        try:
            open_predictor(read_bundle(folder))
        except SegueError as error:
            problems[name] = str(error)
    intact = [name for name in folders if name not in problems]
    if intact:
        yield ok(SUBJECT, f"{', '.join(intact)} are intact and load")
    for name, problem in problems.items():
        yield fault(
            SUBJECT,
            problem,
            f"Install segue again, or remove {folders[name]} if the preset is your own.",
            keeps_from_playing=not intact,
        )
    if not folders:
        yield fault(SUBJECT, "there is none", "Install segue again.", keeps_from_playing=True)
