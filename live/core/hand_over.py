"""From what is committed to what the player is told, and the ends of notes that move with the tempo."""

from dataclasses import replace

from mido import Message

from live.core.count_in import Click
from live.core.orders import Orders
from live.core.parts import program_changes
from live.core.plan import Planned
from live.core.schedule import Due, Strike
from live.core.style import Style
from live.core.timing import Timing
from live.core.transport import Transport

MOVED_SECONDS = 0.0005
"""An end of a note that moves less than this is left where it is."""

SHORTEST_SECONDS = 0.001
"""A note never gets shorter than this, however the tempo changes."""


class HandOver:
    """Gathers orders for the player. Owned by one thread.

    Args:
        style: the preset whose sounds are there.
        timing: how notes lie on the beat.

    Attributes:
        orders: for the player; taken by `take`.
        quiet_at: when the last note handed over ends, seconds.
        rested: how often something waited that was handed over.
        sounds: what selects those of the preset that was handed over last.
    """

    def __init__(self, style: Style, timing: Timing) -> None:
        self.orders = Orders()
        self.quiet_at = float("-inf")
        self.rested = 0
        self._style = style
        self._timing = timing
        self._open: list[tuple[Strike, int]] = []
        # The channels that a preset has given a sound.
        self._given = {message.channel for message in program_changes(style.parts)}
        self.sounds = self._sounds_of(style)

    def take(self) -> Orders:
        """Return the orders, and begin new ones."""
        orders, self.orders = self.orders, Orders()
        return orders

    def commit(self, item: Planned, line: int | None, transport: Transport) -> None:
        """Hand over an event's notes, which end at a line if there is one."""
        self.rested += item.waited
        style = item.after.style
        if style is not self._style:
            self._change_sounds(style, item.tick, transport)
        for note in item.event.notes if item.event is not None else ():
            end = item.tick + note.duration
            if line is not None:
                end = min(end, line)
            self._strike(style.parts[note.part].channel, note.note, note.velocity, item.tick, end, transport)

    def click(self, click: Click, transport: Transport) -> None:
        """Hand over a click of the count-in."""
        end = click.tick + click.ticks
        self._strike(click.channel, click.note, click.velocity, click.tick, end, transport)

    def move_ends(self, transport: Transport, now: float) -> None:
        """Let the notes that sound or wait end where their ticks lie on another transport."""
        still: list[tuple[Strike, int]] = []
        for strike, end in self._open:
            if strike.until <= now:
                continue
            until = max(strike.at + SHORTEST_SECONDS, self._timing.moment(end, transport))
            if abs(until - strike.until) > MOVED_SECONDS:
                strike = replace(strike, until=until)
                self.orders.retimed.append(strike)
                self.quiet_at = max(self.quiet_at, until)
            still.append((strike, end))
        self._open = still

    def take_over(self, style: Style) -> None:
        """Let a preset's sounds be there at once: nothing plays, and what rings out keeps its end."""
        self._open.clear()
        if style is not self._style:
            self._style = style
            self.sounds = self.orders.greeting = self._sounds_of(style)

    def silence(self) -> None:
        """Let nothing sound any more; a Stop that was said just before is still to be told."""
        self.orders = Orders(silence=True, greeting=self.orders.greeting, messages=self.orders.messages)
        self.quiet_at = float("-inf")
        self._open.clear()

    def forget(self) -> None:
        """The player has silenced everything by itself."""
        self.orders.strikes.clear()
        self.orders.retimed.clear()
        self._open.clear()

    def _strike(
        self, channel: int, note: int, velocity: int, tick: int, end: int, transport: Transport
    ) -> None:
        strike = Strike(
            at=self._timing.moment(tick, transport),
            until=self._timing.moment(end, transport),
            channel=channel,
            note=note,
            velocity=velocity,
        )
        self.orders.strikes.append(strike)
        # What has ended is forgotten here too: a tempo that never changes moves no ends.
        self._open = [(open_strike, at) for open_strike, at in self._open if open_strike.until > strike.at]
        self._open.append((strike, end))
        self.quiet_at = max(self.quiet_at, strike.until)

    def _change_sounds(self, style: Style, line: int, transport: Transport) -> None:
        """Let another preset's sounds begin on a line, and the notes of the one before end there."""
        at = self._timing.moment(line, transport)
        self._open = [(strike, min(end, line)) for strike, end in self._open]
        self.move_ends(transport, float("-inf"))
        self._style, self.sounds = style, self._sounds_of(style)
        self.orders.messages += [Due(at, message) for message in self.sounds]

    def _sounds_of(self, style: Style) -> tuple[Message, ...]:
        """Return what selects a preset's sounds.

        A part that leaves the instrument's sound alone does not inherit that of a preset before: it gets the
        first one, where most instruments begin.
        """
        changes = program_changes(style.parts)
        own = {message.channel for message in changes}
        others = {part.channel for part in style.parts} - own
        self._given |= own
        return (*changes, *(Message("program_change", channel=channel) for channel in others & self._given))
