"""The band: several players as one, each on an output of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from mido import Message

from live.core.input.keyboard import Key
from live.core.output.schedule import Due, Strike
from live.midi.ports import OutputPort
from live.output.sender import Player, PlayerFailed, Report
from live.system.clock import Clock

Order = TypeVar("Order", Strike, Due)


class Band:
    """Hands each player what is for its output; see `live.output.sender.Player` for what its calls do.

    An output that is lost is taken up again by its own player, while the others play on.

    Args:
        open_ports: open the outputs, in the order of their numbers; at least one.
        clock: the stage's clock.
        report: called from the players' threads with each report, which says the number of its output.
        greetings: what each newly opened port is told first, by the number of its output.
        handing: called from the players' threads with each message and the moment when it leaves, before a
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
        greetings: Mapping[int, Sequence[Message]] | None = None,
        handing: Callable[[float, Message], None] = lambda at, message: None,
    ) -> None:
        self._players: list[Player] = []
        try:
            for number, open_port in enumerate(open_ports):
                greeting = (greetings or {}).get(number, ())
                self._players.append(Player(open_port, clock, _numbered(report, number), greeting, handing))
        except BaseException:
            self.close()
            raise
        self.port_names = tuple(player.port_name for player in self._players)

    @property
    def dropped(self) -> int:
        """Notes dropped because they were too late; any thread may read it."""
        return sum(player.dropped for player in self._players)

    @property
    def sounding(self) -> frozenset[tuple[int, int, int]]:
        """The (output, channel, note) triples that sound now."""
        return frozenset(
            (number, *key) for number, player in enumerate(self._players) for key in player.sounding
        )

    @property
    def lead_seconds(self) -> float:
        """How long before its moment a message should be here, for any output; any thread may read it."""
        return max(player.lead_seconds for player in self._players)

    @property
    def deadline(self) -> float:
        """When to pump again, seconds on the stage's clock."""
        return min(player.deadline for player in self._players)

    def play(self, strikes: Sequence[Strike]) -> None:
        """Let these notes wait for their time, each on its output."""
        for number, its_own in _by_output(strikes).items():
            self._players[number].play(its_own)

    def send(self, messages: Sequence[Due]) -> None:
        """Let messages other than notes wait for their time, each on its output."""
        for number, its_own in _by_output(messages).items():
            self._players[number].send(its_own)

    def retime(self, strikes: Sequence[Strike]) -> None:
        """Let strikes that were given before end at their new `until`."""
        for number, its_own in _by_output(strikes).items():
            self._players[number].retime(its_own)

    def end(self, strikes: Sequence[Strike]) -> None:
        """Let strikes that were given before be heard no more."""
        for number, its_own in _by_output(strikes).items():
            self._players[number].end(its_own)

    def thru(self, message: Message, owner: Key | None = None) -> None:
        """Send on what a player does, now, on the first output; see `Player.thru`."""
        self._players[0].thru(message, owner)

    def let_go(self, source: int) -> None:
        """End what the hands at an input hold."""
        self._players[0].let_go(source)

    def greet(
        self, greetings: Mapping[int, Sequence[Message]] | None = None, output: int | None = None
    ) -> None:
        """Send the greetings again; or others from now on, and none to an output that is not among them.

        Args:
            greetings: by the number of the output; None for those there are.
            output: the only one to greet, for its port has just come back; None for all.
        """
        for number, player in enumerate(self._players):
            if output in (None, number):
                player.greet(None if greetings is None else greetings.get(number, ()))

    def silence(self) -> None:
        """Drop the strikes that wait, and end each note of segue's, on every output."""
        for player in self._players:
            player.silence()

    def panic(self) -> None:
        """Silence, then tell every channel of every output to end all notes and sounds."""
        for player in self._players:
            player.panic()

    def close(self) -> None:
        """Silence, close the ports and end the threads; returns when that is done."""
        # A port takes its time to close: nothing may sound on the others until then.
        self.silence()
        for player in self._players:
            player.close()

    def start(self) -> None:
        """Let each player run in a thread of its own until `close`."""
        for player in self._players:
            player.start()

    def pump(self) -> float:
        """Let each player obey and send what is due; return when to pump again."""
        return min([player.pump() for player in self._players])


def _numbered(report: Callable[[Report], None], number: int) -> Callable[[Report], None]:
    """Return what takes a player's reports and lets them say which output they are of."""

    def report_of_output(news: Report) -> None:
        report(news if isinstance(news, PlayerFailed) else replace(news, output=number))

    return report_of_output


def _by_output(orders: Iterable[Order]) -> dict[int, list[Order]]:
    """Return what is for each output, in the order in which it was given."""
    sorted_out: dict[int, list[Order]] = {}
    for order in orders:
        sorted_out.setdefault(order.output, []).append(order)
    return sorted_out
