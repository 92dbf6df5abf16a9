"""What a check of `segue doctor` found."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """How good or bad a finding is."""

    OK = "ok"
    HINT = "hint"
    """segue plays, but could play better."""
    FAULT = "fault"
    """A part of segue does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of `segue doctor`.

    Attributes:
        subject: what was checked.
        verdict: how good or bad it is.
        found: what the check found.
        remedy: what the user can do, in one sentence; None if all is well.
        keeps_from_playing: whether segue cannot play until the user has done it.
    """

    subject: str
    verdict: Verdict
    found: str
    remedy: str | None = None
    keeps_from_playing: bool = False


def ok(subject: str, found: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(subject, Verdict.OK, found)


def hint(subject: str, found: str, remedy: str) -> Finding:
    """Return a finding that something could be better."""
    return Finding(subject, Verdict.HINT, found, remedy)


def fault(subject: str, found: str, remedy: str, *, keeps_from_playing: bool = False) -> Finding:
    """Return a finding that something does not work."""
    return Finding(subject, Verdict.FAULT, found, remedy, keeps_from_playing)
