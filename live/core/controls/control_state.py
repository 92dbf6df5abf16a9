"""Everything that the musician can change while segue plays."""

from dataclasses import dataclass

from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.controls.table import Controls


@dataclass(frozen=True, slots=True)
class ControlState:
    """The values of all knobs, as requested; changes may not be audible yet.

    Attributes:
        controls: how events are drawn and played.
        swing: percent of the beat that its first eighth gets, 50..75.
        bpm: quarter notes a minute, 20..400.
        mode: the mode.
        muted: whether segue is muted.
        own_meters: whether each preset plays in its own meter, and not in the one before.
        own_key: the preset's key in this performance if nobody changes it; None for any.
        own_follow_key: the preset's `Controls.follow_key` in this performance if nobody changes it.
    """

    controls: Controls
    swing: float
    bpm: float
    mode: Mode
    muted: bool
    own_meters: bool = False
    own_key: Key | None = None
    own_follow_key: bool | None = None
