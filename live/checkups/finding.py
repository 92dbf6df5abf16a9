"""What a check found."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """How it stands."""

    OK = "ok"
    HINT = "hint"
    """segue plays, and could play better."""
    FAULT = "fault"
    """Something of segue does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of what the doctor says.

    Attributes:
        subject: what was looked at.
        verdict: how it stands.
        found: what is there.
        remedy: what the user can do, one sentence; None where all is well.
        keeps_from_playing: whether segue cannot play until that is done.
    """

    subject: str
    verdict: Verdict
    found: str
    remedy: str | None = None
    keeps_from_playing: bool = False


def ok(subject: str, found: str) -> Finding:
    """Return that all is well."""
    return Finding(subject, Verdict.OK, found)


def hint(subject: str, found: str, remedy: str) -> Finding:
    """Return what could be better."""
    return Finding(subject, Verdict.HINT, found, remedy)


def fault(subject: str, found: str, remedy: str, *, keeps_from_playing: bool = False) -> Finding:
    """Return what does not work."""
    return Finding(subject, Verdict.FAULT, found, remedy, keeps_from_playing)
