"""The outputs: several senders as one, each with its own port."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from mido import Message

from live.core.input.keyboard import KeyId
from live.core.output.schedule import Due, Strike
from live.midi.ports import OutputPort
from live.output.sender import Report, Sender, SenderFailed
from live.system.clock import Clock

_Scheduled = TypeVar("_Scheduled", Strike, Due)


class Outputs:
    """Gives each sender what is for its output; see `live.output.sender.Sender` for what the calls do.

    If an output is lost, its sender reconnects it while the others continue.

    Args:
        open_ports: functions that open the outputs, in the order of their numbers; at least one.
        clock: the stage's clock.
        report: called from the senders' threads with each report, which includes the number of its output.
        sounds: messages to send first to each newly opened port, by number of the output.
        handing: called from the senders' threads with each message and the time when it leaves, before the
            port gets it.

    Attributes:
        port_names: names of the ports that were opened first, in the order of their numbers.

    Raises:
        PortError: if one of the ports cannot be opened; none stays open then.
    """

    def __init__(
        self,
        open_ports: Sequence[Callable[[], OutputPort]],
        clock: Clock,
        report: Callable[[Report], None],
        sounds: Mapping[int, Sequence[Message]] | None = None,
        handing: Callable[[float, Message], None] = lambda at, message: None,
    ) -> None:
        self._senders: list[Sender] = []
        try:
            for number, open_port in enumerate(open_ports):
                its_sounds = (sounds or {}).get(number, ())
                self._senders.append(Sender(open_port, clock, _numbered(report, number), its_sounds, handing))
        except BaseException:
            self.close()
            raise
        self.port_names = tuple(sender.port_name for sender in self._senders)

    @property
    def dropped(self) -> int:
        """Notes dropped because they were too late; any thread may read it."""
        return sum(sender.dropped for sender in self._senders)

    @property
    def sounding(self) -> frozenset[tuple[int, int, int]]:
        """The (output, channel, note) triples that sound now."""
        return frozenset(
            (number, *key) for number, sender in enumerate(self._senders) for key in sender.sounding
        )

    @property
    def lead_seconds(self) -> float:
        """How long before its time to pass a message to any output, in seconds; any thread may read it."""
        return max(sender.lead_seconds for sender in self._senders)

    @property
    def deadline(self) -> float:
        """When to pump again, seconds on the stage's clock."""
        return min(sender.deadline for sender in self._senders)

    def play(self, strikes: Sequence[Strike]) -> None:
        """Schedule notes, each on its output."""
        for number, its_own in _by_output(strikes).items():
            self._senders[number].play(its_own)

    def send(self, messages: Sequence[Due]) -> None:
        """Schedule messages other than notes, each on its output."""
        for number, its_own in _by_output(messages).items():
            self._senders[number].send(its_own)

    def retime(self, strikes: Sequence[Strike]) -> None:
        """Change the ends of notes scheduled before to their new `until`."""
        for number, its_own in _by_output(strikes).items():
            self._senders[number].retime(its_own)

    def end(self, strikes: Sequence[Strike]) -> None:
        """End or drop notes scheduled before."""
        for number, its_own in _by_output(strikes).items():
            self._senders[number].end(its_own)

    def thru(self, message: Message, owner: KeyId | None = None) -> None:
        """Send the musician's message on to the first output, now; see `Sender.thru`."""
        self._senders[0].thru(message, owner)

    def let_go(self, source: int) -> None:
        """End the notes and pedals that an input holds."""
        self._senders[0].let_go(source)

    def select_sounds(
        self, sounds: Mapping[int, Sequence[Message]] | None = None, output: int | None = None
    ) -> None:
        """Send the messages that select the sounds, either the present ones again or new ones.

        Args:
            sounds: the messages from now on, by number of the output, none for an output that is not listed;
                None for the present ones.
            output: the only output to send them to, because its port has just come back; None for all.
        """
        for number, sender in enumerate(self._senders):
            if output in (None, number):
                sender.select_sounds(None if sounds is None else sounds.get(number, ()))

    def silence(self) -> None:
        """Drop the notes that wait, and end all of segue's notes, on every output."""
        for sender in self._senders:
            sender.silence()

    def panic(self) -> None:
        """Silence, then send All Notes Off and All Sound Off on every channel of every output."""
        for sender in self._senders:
            sender.panic()

    def close(self) -> None:
        """Silence, close the ports and end the threads; return when that is done."""
        # Closing a port takes time: nothing may sound on the others meanwhile.
        self.silence()
        for sender in self._senders:
            sender.close()

    def start(self) -> None:
        """Run each sender in its own thread until `close`."""
        for sender in self._senders:
            sender.start()

    def pump(self) -> float:
        """Make each sender carry out its orders and send what is due; return when to pump again."""
        return min([sender.pump() for sender in self._senders])


def _numbered(report: Callable[[Report], None], number: int) -> Callable[[Report], None]:
    """Return a function that adds the number of the output to a sender's reports and passes them on."""

    def report_of_output(news: Report) -> None:
        report(news if isinstance(news, SenderFailed) else replace(news, output=number))

    return report_of_output


def _by_output(scheduled: Iterable[_Scheduled]) -> dict[int, list[_Scheduled]]:
    """Return what is scheduled by output, each list in the given order."""
    sorted_out: dict[int, list[_Scheduled]] = {}
    for one in scheduled:
        sorted_out.setdefault(one.output, []).append(one)
    return sorted_out
