"""Lays out the whole screen: important things are big, and a small terminal leaves out the others."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

from live.screen.dial_view import learning_rows
from live.screen.foot_view import foot_rows
from live.screen.head_view import head_rows
from live.screen.help_view import help_rows
from live.screen.roll_view import roll_rows
from live.screen.rows import ASCII, Row
from live.screen.snapshot import Snapshot

LEAST_BODY = 5
"""Rows kept for the piano roll as long as something less important can be left out."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A snapshot that rich can print or export.

    Attributes:
        snapshot: what to show.
        width: columns.
        height: rows.
    """

    snapshot: Snapshot
    width: int = 80
    height: int = 24

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the rows for rich."""
        for row in screen_rows(self.snapshot, self.width, self.height, is_ascii=options.ascii_only):
            yield from row
            yield Segment.line()


def screen_rows(snapshot: Snapshot, width: int, height: int, *, is_ascii: bool = False) -> list[Row]:
    """Return the screen: exactly `height` rows, each exactly `width` columns wide.

    Args:
        snapshot: what to show.
        width: columns of the terminal, at least 1.
        height: rows of the terminal, at least 1.
        is_ascii: whether the terminal can show only ASCII characters.
    """
    head = head_rows(snapshot, width, height)
    foot = foot_rows(snapshot, width, height, height - len(head) - LEAST_BODY)
    rows = [*head, *_body(snapshot, width, max(0, height - len(head) - len(foot))), *foot][:height]
    return [[_in_ascii(segment) for segment in row] for row in rows] if is_ascii else rows


def _body(snapshot: Snapshot, width: int, height: int) -> list[Row]:
    if snapshot.help:
        return help_rows(width, height)
    if snapshot.panel.learning is not None:
        return learning_rows(snapshot.panel.learning, width, height)
    return roll_rows(snapshot, width, height)


def _in_ascii(segment: Segment) -> Segment:
    text = segment.text.translate(ASCII).encode("ascii", "replace").decode()
    return Segment(text, segment.style)
