"""The outputs: one sender for each port, used as one."""

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
    """Gives each sender what is for its output; see `live.output.sender.Sender` for what its calls do.

    If an output is lost, its sender reconnects it while the others go on.

    Args:
        open_ports: open the outputs, in the order of their numbers; at least one.
        clock: the stage's clock.
        report: called from the senders' threads with each report, which says the number of its output.
        sounds: what each newly opened port is sent first, by the number of its output.
        handing: called from the senders' threads with each message and the moment when it leaves, before a
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
        """How long before its moment a message should be here, for any output; any thread may read it."""
        return max(sender.lead_seconds for sender in self._senders)

    @property
    def deadline(self) -> float:
        """When to pump again, seconds on the stage's clock."""
        return min(sender.deadline for sender in self._senders)

    def play(self, strikes: Sequence[Strike]) -> None:
        """Let these notes wait for their time, each on its output."""
        for number, its_own in _by_output(strikes).items():
            self._senders[number].play(its_own)

    def send(self, messages: Sequence[Due]) -> None:
        """Let messages other than notes wait for their time, each on its output."""
        for number, its_own in _by_output(messages).items():
            self._senders[number].send(its_own)

    def retime(self, strikes: Sequence[Strike]) -> None:
        """Let strikes that were given before end at their new `until`."""
        for number, its_own in _by_output(strikes).items():
            self._senders[number].retime(its_own)

    def end(self, strikes: Sequence[Strike]) -> None:
        """Let strikes that were given before be heard no more."""
        for number, its_own in _by_output(strikes).items():
            self._senders[number].end(its_own)

    def thru(self, message: Message, owner: KeyId | None = None) -> None:
        """Send on what the musician plays, now, on the first output; see `Sender.thru`."""
        self._senders[0].thru(message, owner)

    def let_go(self, source: int) -> None:
        """End what the hands at an input hold."""
        self._senders[0].let_go(source)

    def select_sounds(
        self, sounds: Mapping[int, Sequence[Message]] | None = None, output: int | None = None
    ) -> None:
        """Send the program changes again; or others from now on, and none to an output not among them.

        Args:
            sounds: by the number of the output; None for those there are.
            output: the only one to send them to, as its port has just come back; None for all.
        """
        for number, sender in enumerate(self._senders):
            if output in (None, number):
                sender.select_sounds(None if sounds is None else sounds.get(number, ()))

    def silence(self) -> None:
        """Drop the strikes that wait, and end each note of segue's, on every output."""
        for sender in self._senders:
            sender.silence()

    def panic(self) -> None:
        """Silence, then send all notes off and all sound off on every channel of every output."""
        for sender in self._senders:
            sender.panic()

    def close(self) -> None:
        """Silence, close the ports and end the threads; returns when that is done."""
        # A port takes its time to close: nothing may sound on the others until then.
        self.silence()
        for sender in self._senders:
            sender.close()

    def start(self) -> None:
        """Let each sender run in a thread of its own until `close`."""
        for sender in self._senders:
            sender.start()

    def pump(self) -> float:
        """Let each sender obey and send what is due; return when to pump again."""
        return min([sender.pump() for sender in self._senders])


def _numbered(report: Callable[[Report], None], number: int) -> Callable[[Report], None]:
    """Return a callback for a sender's reports that adds the number of its output."""

    def report_of_output(news: Report) -> None:
        report(news if isinstance(news, SenderFailed) else replace(news, output=number))

    return report_of_output


def _by_output(scheduled: Iterable[_Scheduled]) -> dict[int, list[_Scheduled]]:
    """Return what is for each output, in the order in which it was given."""
    sorted_out: dict[int, list[_Scheduled]] = {}
    for one in scheduled:
        sorted_out.setdefault(one.output, []).append(one)
    return sorted_out
