"""What keeps the machine from making the player late."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """Something asked of the system.

    Attributes:
        name: what was asked for.
        granted: whether the system gave it.
        detail: what it is now, or why it was refused.
        remedy: what the user can do; None where nothing is to be done.
    """

    name: str
    granted: bool
    detail: str
    remedy: str | None
