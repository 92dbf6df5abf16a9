"""A preset as it is played tonight."""

from dataclasses import dataclass

from live.core.controls import Controls
from live.core.prediction import Predictor
from presets.settings import Meter, Part
from presets.window import WINDOW_LENGTH


@dataclass(frozen=True, slots=True)
class Style:
    """What the performer plays by; one may give way to another in the middle of the music.

    Attributes:
        name: of the preset.
        predictor: its network; two styles are the same if they share it.
        parts: the instruments that play, and that the keyboard's notes are given to.
        controls: how events are drawn and struck, until a player turns them.
        events_kept: how many events its window holds.
        think_seconds: what it needs at worst to hear a whole window anew and to tell an event.
        meter: the time signature of its corpus; None if that is nobody's concern.
    """

    name: str
    predictor: Predictor
    parts: tuple[Part, ...]
    controls: Controls
    events_kept: int = WINDOW_LENGTH
    think_seconds: float = 0.0
    meter: Meter | None = None
