"""Whether every preset is intact and loads."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from live.checkups.finding import Finding, fault, ok
from live.inference.opening import open_predictor
from presets.bundles.bundle import read_bundle
from presets.errors import SegueError

SUBJECT = "presets"


def check_presets(folders: Mapping[str, Path]) -> Iterator[Finding]:
    """Read each preset, check its checksums and open its network.

    Args:
        folders: the folder of each preset, by name.
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
            f"Reinstall segue, or delete {folders[name]} if the preset is your own.",
            keeps_from_playing=not intact,
        )
    if not folders:
        yield fault(SUBJECT, "there is no preset", "Reinstall segue.", keeps_from_playing=True)
