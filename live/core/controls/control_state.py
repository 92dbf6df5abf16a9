"""All that a hand can turn while segue plays."""

from dataclasses import dataclass

from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.controls.values import Controls


@dataclass(frozen=True, slots=True)
class ControlState:
    """Where everything that can be turned stands now: what was asked for, though it may not be heard yet.

    Attributes:
        controls: how events are drawn and struck.
        swing: percent of the beat that its first eighth gets, 50..75.
        bpm: quarter notes a minute, 20..400.
        mode: the way of playing.
        muted: whether segue is not heard.
        own_key: the key that the preset plays in tonight if nobody turns it; None for any.
    """

    controls: Controls
    swing: float
    bpm: float
    mode: Mode
    muted: bool
    own_key: Key | None = None
