"""Orders to a sender; they are frozen because they come from another thread.

The methods of `live.output.sender.Sender` explain what each order does.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Protocol

from mido import Message

from live.core.input.keyboard import KeyId
from live.core.output.owners import ChannelNote
from live.core.output.panic_messages import panic_messages
from live.core.output.schedule import Due, Schedule, Strike


@dataclass(frozen=True, slots=True)
class Play:
    """Play strikes at their time."""

    strikes: Sequence[Strike]

    def enter(self, schedule: Schedule) -> None:
        """Enter the order in the schedule; nothing leaves for it now."""
        for strike in self.strikes:
            schedule.add(strike)


@dataclass(frozen=True, slots=True)
class Send:
    """Send messages other than notes at their time."""

    messages: Sequence[Due]

    def enter(self, schedule: Schedule) -> None:
        """Enter the order in the schedule; nothing leaves for it now."""
        for due in self.messages:
            schedule.add_message(due)


@dataclass(frozen=True, slots=True)
class Retime:
    """Change the ends of earlier strikes to their new `until`."""

    strikes: Sequence[Strike]

    def enter(self, schedule: Schedule) -> None:
        """Enter the order in the schedule; nothing leaves for it now."""
        for strike in self.strikes:
            schedule.retime(strike)


class Interrupt(Protocol):
    """An order to carry out at once, before the messages that the port has for later."""

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return the notes that it affects; None for all notes."""
        ...

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        ...


@dataclass(frozen=True, slots=True)
class SendThru:
    """Send what the musician plays."""

    message: Message
    owner: KeyId | None

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return the notes that it affects."""
        return schedule.notes_of(self.message, self.owner)

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return schedule.thru(self.message, self.owner)


@dataclass(frozen=True, slots=True)
class LetGo:
    """End the notes and lift the pedals that an input holds."""

    source: int

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return the notes that it affects."""
        return schedule.notes_held_by(self.source)

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return schedule.let_go(self.source)


@dataclass(frozen=True, slots=True)
class End:
    """Drop or end single strikes."""

    strikes: Sequence[Strike]

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return the notes that it affects."""
        return {strike.key for strike in self.strikes}

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return schedule.end(self.strikes)


@dataclass(frozen=True, slots=True)
class Silence:
    """End segue's notes."""

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return None: it affects all notes."""
        return None

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return schedule.silence()


@dataclass(frozen=True, slots=True)
class Panic:
    """End every note: segue's, the musician's, and any others that hang."""

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return None: it affects all notes."""
        return None

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return [*schedule.end_everything(), *panic_messages()]


@dataclass(frozen=True, slots=True)
class Close:
    """End every note before the port closes."""

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return None: it affects all notes."""
        return None

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return schedule.end_everything()


@dataclass(frozen=True, slots=True)
class SendNow:
    """Send messages that change nothing in the schedule.

    Attributes:
        messages: the messages, in order.
        about: the notes that they end; None for all notes.
    """

    messages: Sequence[Message]
    about: Container[ChannelNote] | None = ()

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return the notes that it affects; None for all notes."""
        return self.about

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Return the messages."""
        return self.messages


@dataclass(frozen=True, slots=True)
class SelectSounds:
    """Send the program changes again, or replace them by others."""

    sounds: Sequence[Message] | None


Order = Play | Send | Retime | SendThru | LetGo | End | Silence | Panic | Close | SelectSounds
