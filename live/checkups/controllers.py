"""Whether segue can read what knobs, pads and pedals have learned."""

from collections.abc import Iterator
from pathlib import Path

from live.checkups.finding import Finding, fault, ok
from live.setlist.control_file import read_bindings
from presets.errors import SegueError

SUBJECT = "controllers"


def check_controllers(path: Path) -> Iterator[Finding]:
    """Read what was learned; yield nothing if nothing was.

    Args:
        path: the file that learning writes.
    """
    try:
        bindings = read_bindings(path)
    except SegueError as error:
        remedy = f"Fix that line, or delete {path} and learn again."
        yield fault(SUBJECT, str(error), remedy, keeps_from_playing=True)
        return
    if bindings:
        yield ok(SUBJECT, f"{len(bindings)} learned, in {path}")
