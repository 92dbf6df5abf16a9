"""The ways of playing with somebody."""

from enum import StrEnum


class Mode(StrEnum):
    """When segue plays, and when it leaves the music to the player; what is struck is always heard."""

    STREAM = "stream"
    """Plays on; what the player strikes joins the music."""
    CONTINUE = "continue"
    """Rests while the player plays a phrase, and goes on from there after a rest."""
    ANSWER = "answer"
    """Call and response in whole bars: as many as the player's call had."""
    ACCOMPANY = "accompany"
    """Plays along beside the player's hands, in other parts and registers, and never doubles their notes."""
    HOLD = "hold"
    """Rests, and listens."""
