"""What a sender is ordered to do: frozen, for an order crosses from another thread.

`live.output.sender.Sender` says what each order means to whoever gives it.
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
    """Let strikes wait for their time."""

    strikes: Sequence[Strike]

    def enter(self, schedule: Schedule) -> None:
        """Enter the order in the schedule; nothing leaves for it now."""
        for strike in self.strikes:
            schedule.add(strike)


@dataclass(frozen=True, slots=True)
class Send:
    """Let messages other than notes wait for their time."""

    messages: Sequence[Due]

    def enter(self, schedule: Schedule) -> None:
        """Enter the order in the schedule; nothing leaves for it now."""
        for due in self.messages:
            schedule.add_message(due)


@dataclass(frozen=True, slots=True)
class Retime:
    """Let strikes given before end at their new `until`."""

    strikes: Sequence[Strike]

    def enter(self, schedule: Schedule) -> None:
        """Enter the order in the schedule; nothing leaves for it now."""
        for strike in self.strikes:
            schedule.retime(strike)


class Interrupt(Protocol):
    """An order for now: it goes before what was handed over ahead of time."""

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return the notes that it is about; None for all notes."""
        ...

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        ...


@dataclass(frozen=True, slots=True)
class SendThru:
    """Send what a hand plays."""

    message: Message
    owner: KeyId | None

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return the notes that it is about."""
        return schedule.notes_of(self.message, self.owner)

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return schedule.thru(self.message, self.owner)


@dataclass(frozen=True, slots=True)
class LetGo:
    """End what the hands of an input hold."""

    source: int

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return the notes that it is about."""
        return schedule.notes_held_by(self.source)

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return schedule.let_go(self.source)


@dataclass(frozen=True, slots=True)
class End:
    """Drop or end single strikes."""

    strikes: Sequence[Strike]

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return the notes that it is about."""
        return {strike.key for strike in self.strikes}

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return schedule.end(self.strikes)


@dataclass(frozen=True, slots=True)
class Silence:
    """End segue's notes."""

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return None: it is about all notes."""
        return None

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return schedule.silence()


@dataclass(frozen=True, slots=True)
class Panic:
    """End everything, also what hands hold and what nobody knows of."""

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return None: it is about all notes."""
        return None

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return [*schedule.end_everything(), *panic_messages()]


@dataclass(frozen=True, slots=True)
class Close:
    """Leave silently."""

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return None: it is about all notes."""
        return None

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Change the schedule; return what to send for it now."""
        return schedule.end_everything()


@dataclass(frozen=True, slots=True)
class SendNow:
    """Send messages that change nothing in the schedule.

    Attributes:
        messages: in their order.
        about: the notes that they end; None for all notes.
    """

    messages: Sequence[Message]
    about: Container[ChannelNote] | None = ()

    def notes(self, schedule: Schedule) -> Container[ChannelNote] | None:
        """Return the notes that it is about; None for all notes."""
        return self.about

    def change(self, schedule: Schedule) -> Sequence[Message]:
        """Return the messages."""
        return self.messages


@dataclass(frozen=True, slots=True)
class SelectSounds:
    """Send the program changes again, or others from now on."""

    sounds: Sequence[Message] | None


Order = Play | Send | Retime | SendThru | LetGo | End | Silence | Panic | Close | SelectSounds
