"""One output: its port, what waits for it, and what sounds on it."""

from collections.abc import Callable, Sequence

from mido import Message

from live.core.input.keyboard import KeyId
from live.core.output.orders import Orders
from live.core.output.owners import ChannelNote
from live.core.output.panic_messages import panic_messages
from live.core.output.schedule import Due, Schedule
from live.midi.ports import OutputPort, PortLostError
from live.ports.reports import MessageSent, OutputChanged


class Output:
    """The only owner of an output port. It sends each message at its time, or silences the port.

    While the port is lost, messages are lost, too. Its calls must not overlap; `now` and `at` are seconds on
    the stage's clock.

    Args:
        number: its number, from 0.
        port: the open port.
        report: receives what was sent, and the losses of the port; it must only enqueue.
        leaving: called with each message and its time before the port gets it, and so before a loop can bring
            it back.

    Attributes:
        port: the port; None while it is lost.
        lost: why the port is lost; None while it is there.
        lost_port: a port that was lost, until somebody has closed it; None if there is none.
        name: the name of the port that was opened last.
        number: as given.
    """

    def __init__(
        self,
        number: int,
        port: OutputPort,
        report: Callable[[MessageSent | OutputChanged], None],
        leaving: Callable[[float, Message], None] = lambda at, message: None,
    ) -> None:
        self.port: OutputPort | None = port
        self.lost: str | None = None
        self.lost_port: OutputPort | None = None
        self.name = port.name
        self.number = number
        self._report = report
        self._leaving = leaving
        self._schedule = Schedule()
        self._sounds: tuple[Message, ...] = ()
        # Up to when all that is due has been sent; infinity where there are no cycles.
        self._cycle_end = float("inf")

    @property
    def dropped(self) -> int:
        """Notes dropped because they were too late."""
        return self._schedule.dropped

    @property
    def sounding(self) -> frozenset[ChannelNote]:
        """The (channel, note) pairs that sound now."""
        return self._schedule.sounding

    @property
    def lead_seconds(self) -> float:
        """How long before its time a message should be here."""
        return self.port.lead_seconds if self.port is not None else 0.0

    @property
    def deadline(self) -> float:
        """When the next message is due."""
        return self._schedule.deadline

    def give(self, orders: Orders, now: float) -> None:
        """Carry out the performer's orders for this output.

        Messages other than notes stay when `silence` drops the notes. A late one is sent all the same: a
        clock byte less, and the follower's position would be off.
        """
        if orders.silence:
            self.silence(now)
        if orders.sounds is not None:
            self.select_sounds(orders.sounds.get(self.number, ()), now)
        if ended := [strike for strike in orders.ended if strike.output == self.number]:
            self._send_now(self._schedule.end(ended), now)
        if self.port is None:
            return
        for strike in orders.retimed:
            if strike.output == self.number:
                self._schedule.retime(strike)
        for due in orders.messages:
            if due.output == self.number:
                self._schedule.add_message(due)
        for strike in orders.strikes:
            if strike.output == self.number:
                self._schedule.add(strike)

    def add(self, due: Due) -> None:
        """Let a message other than a note wait for its time."""
        if self.port is not None:
            self._schedule.add_message(due)

    def select_sounds(self, sounds: Sequence[Message] | None, now: float) -> None:
        """Send the program changes again, for a new listener, or replace them by others and send those."""
        if sounds is not None:
            self._sounds = tuple(sounds)
        self._send_now(self._sounds, now)

    def thru(self, message: Message, owner: KeyId | None, at: float) -> None:
        """Send what the musician plays, at once.

        A note-on is always sent; if the note already sounds, it ends first. A note-off ends the note that the
        key's note-on began, whatever its own channel and note, as soon as nobody else owns that note.

        Args:
            message: any channel message.
            owner: the key that plays it: the input, channel and note as they came in. For a message other
                than a note only the input matters, so that `let_go` can lift its pedal.
            at: when it came in.
        """
        # What is due in this cycle before the key is in time, as it still leaves on its frame.
        has_cycles = self._cycle_end < float("inf")
        self.pump(min(at, self._cycle_end), at if has_cycles else None)
        if self.port is not None:  # otherwise the key would own a note that nobody hears
            self._send_now(self._schedule.thru(message, owner), at, hand=True)

    def let_go(self, source: int, now: float) -> None:
        """End the notes and lift the pedals that an input holds."""
        self._send_now(self._schedule.let_go(source), now)

    def silence(self, now: float) -> None:
        """Drop the strikes that wait, and end those that sound; what the musician holds keeps sounding."""
        self._send_now(self._schedule.silence(), now)

    def panic(self, now: float) -> None:
        """End every note: segue's, the musician's, and any others that hang."""
        self._send_now([*self._schedule.end_everything(), *panic_messages()], now)

    def finish(self, now: float) -> None:
        """End every note, give the port what is due so soon that it is on its way, and forget the rest."""
        self._send_now(self._schedule.end_everything(), now)
        self.pump(now, now + self.lead_seconds)
        self._schedule.forget()

    def pump(self, now: float, until: float | None = None) -> None:
        """Send what is due by now; in a cycle of JACK, up to its end."""
        self._cycle_end = float("inf") if until is None else until
        if self.port is None:
            return
        try:
            for due in self._schedule.pump(now, until):
                self._send(self.port, MessageSent(due.at, due.message, max(0.0, now - due.at), self.number))
        except PortLostError as error:
            self.lose(str(error))

    def lose(self, reason: str) -> None:
        """Forget the lost port and all that sounded on it; do nothing if it is known to be lost."""
        if self.port is None:
            return
        self._schedule.forget()
        self.lost, self.lost_port, self.port = reason, self.port, None
        self._report(OutputChanged(None, reason, self.number))

    def reconnect(self, port: OutputPort, now: float) -> None:
        """Go on with this port; notes may still sound at its other end, so end them first."""
        self.port, self.name, self.lost = port, port.name, None
        self._send_now([*panic_messages(), *self._sounds], now)
        if self.port is not None:
            self._report(OutputChanged(port.name, None, self.number))

    def _send_now(self, messages: Sequence[Message], at: float, *, hand: bool = False) -> None:
        if self.port is None:
            return
        try:
            for message in messages:
                by_hand = hand and message.type != "note_off"
                self._send(self.port, MessageSent(at, message, None, self.number, by_hand))
        except PortLostError as error:
            self.lose(str(error))

    def _send(self, port: OutputPort, sent: MessageSent) -> None:
        self._leaving(sent.at, sent.message)
        port.send(sent.message, sent.at)
        self._report(sent)
