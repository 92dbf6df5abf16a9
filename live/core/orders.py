"""What the performer has the player do."""

from dataclasses import dataclass, field

from mido import Message

from live.core.schedule import Due, Strike


@dataclass(slots=True)
class Orders:
    """Orders of one moment, to be obeyed in the order in which they stand here.

    Attributes:
        silence: whether to drop what waits and to end what sounds.
        greeting: what the sounds are chosen with from now on, at once; None to leave them.
        retimed: strikes that were handed over, with another end.
        messages: to be sent at their moments.
        strikes: notes to be played at theirs.
    """

    silence: bool = False
    greeting: tuple[Message, ...] | None = None
    retimed: list[Strike] = field(default_factory=list)
    messages: list[Due] = field(default_factory=list)
    strikes: list[Strike] = field(default_factory=list)
