"""Shows the performance to the musician: draws a frozen snapshot as a screen, or prints it as lines."""

from live.screen.lines import JsonLines, Lines
from live.screen.picture import Picture, screen_rows
from live.screen.snapshot import (
    REFRESH_SECONDS,
    ROLL_SECONDS,
    Coming,
    Dial,
    Display,
    Learnable,
    Learning,
    Panel,
    Ports,
    Sections,
    Setlist,
    Snapshot,
    Timekeeping,
)
from live.screen.terminal import Screen

__all__ = [
    "REFRESH_SECONDS",
    "ROLL_SECONDS",
    "Coming",
    "Dial",
    "Display",
    "JsonLines",
    "Learnable",
    "Learning",
    "Lines",
    "Panel",
    "Picture",
    "Ports",
    "Screen",
    "Sections",
    "Setlist",
    "Snapshot",
    "Timekeeping",
    "screen_rows",
]
