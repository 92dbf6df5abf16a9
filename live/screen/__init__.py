"""What a player sees: one frozen picture of the moment, as a screen or as lines."""

from live.screen.old import Lines, Screen, render
from live.screen.snapshot import (
    REFRESH_SECONDS,
    ROLL_SECONDS,
    Coming,
    Dial,
    Display,
    Learnable,
    Learning,
    Snapshot,
)

__all__ = [
    "REFRESH_SECONDS",
    "ROLL_SECONDS",
    "Coming",
    "Dial",
    "Display",
    "Learnable",
    "Learning",
    "Lines",
    "Screen",
    "Snapshot",
    "render",
]
