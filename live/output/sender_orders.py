"""What a player can be told to do: frozen, for it crosses from other threads.

See `live.output.sender.Sender`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mido import Message

from live.core.input.keyboard import KeyId
from live.core.output.schedule import Due, Strike


@dataclass(frozen=True, slots=True)
class Play:
    """Let strikes wait for their time."""

    strikes: Sequence[Strike]


@dataclass(frozen=True, slots=True)
class Send:
    """Let messages other than notes wait for their time."""

    messages: Sequence[Due]


@dataclass(frozen=True, slots=True)
class Retime:
    """Let strikes given before end at their new `until`."""

    strikes: Sequence[Strike]


@dataclass(frozen=True, slots=True)
class Thru:
    """Send what a hand plays, now."""

    message: Message
    owner: KeyId | None


@dataclass(frozen=True, slots=True)
class LetGo:
    """End what the hands of an input hold."""

    source: int


@dataclass(frozen=True, slots=True)
class End:
    """Drop or end single strikes."""

    strikes: Sequence[Strike]


@dataclass(frozen=True, slots=True)
class SelectSounds:
    """Send the greeting again, or another one from now on."""

    sounds: Sequence[Message] | None


@dataclass(frozen=True, slots=True)
class Silence:
    """End segue's notes, or, as a panic, everything."""

    panic: bool


@dataclass(frozen=True, slots=True)
class Close:
    """Leave."""


Order = Play | Send | Retime | Thru | LetGo | End | SelectSounds | Silence | Close
