"""What the performer orders the senders to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mido import Message

from live.core.output.schedule import Due, Strike

SoundMessages = Mapping[int, Sequence[Message]]
"""What selects the sounds of the parts, by the number of the output that it is for."""


@dataclass(slots=True)
class Orders:
    """Orders of one moment, to be obeyed in the order in which they stand here.

    Attributes:
        silence: whether to drop what waits and to end what sounds.
        sounds: what the sounds are chosen with from now on, at once, by output; None to leave them.
        ended: strikes that were handed over, and are to be heard no more: the musician plays them.
        retimed: strikes that were handed over, with another end.
        messages: to be sent at their moments.
        strikes: notes to be played at theirs.
    """

    silence: bool = False
    sounds: SoundMessages | None = None
    ended: list[Strike] = field(default_factory=list)
    retimed: list[Strike] = field(default_factory=list)
    messages: list[Due] = field(default_factory=list)
    strikes: list[Strike] = field(default_factory=list)
