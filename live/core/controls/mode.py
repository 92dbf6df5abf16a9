"""The modes in which segue plays with the musician."""

from enum import StrEnum


class Mode(StrEnum):
    """When segue plays, and when it leaves the music to the musician; it always listens."""

    STREAM = "stream"
    """Plays all the time; what the musician plays joins the music."""
    CONTINUE = "continue"
    """Rests while the musician plays a phrase, and continues it after a rest."""
    ANSWER = "answer"
    """Call and response: answers with as many whole bars as the musician's call had."""
    ACCOMPANY = "accompany"
    """Plays along in other parts and registers than the musician, and never doubles their notes."""
    HOLD = "hold"
    """Only listens."""


DUETS = frozenset({Mode.CONTINUE, Mode.ANSWER, Mode.ACCOMPANY})
"""Modes in which segue plays with the musician, and so in their key unless another is set."""
