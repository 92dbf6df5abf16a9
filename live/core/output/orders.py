"""The performer's orders for the sender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mido import Message

from live.core.output.schedule import Due, Strike

SoundMessages = Mapping[int, Sequence[Message]]
"""The messages that select the parts' sounds, by number of the output."""


@dataclass(slots=True)
class Orders:
    """Orders given at one time; the sender carries them out in the order of these attributes.

    Attributes:
        silence: whether to drop everything that waits and to end everything that sounds.
        sounds: messages that select the sounds, to send at once, by output; None to keep the sounds.
        ended: notes ordered before that must end now: the musician plays them.
        retimed: notes ordered before, with their new ends.
        messages: messages to send at their times.
        strikes: notes to play at their times.
    """

    silence: bool = False
    sounds: SoundMessages | None = None
    ended: list[Strike] = field(default_factory=list)
    retimed: list[Strike] = field(default_factory=list)
    messages: list[Due] = field(default_factory=list)
    strikes: list[Strike] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (
            self.silence
            or self.sounds is not None
            or self.ended
            or self.retimed
            or self.messages
            or self.strikes
        )
