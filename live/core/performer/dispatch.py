"""Turns committed events into orders for the sender, and moves the ends of notes with the tempo."""

from dataclasses import replace

from live.core.beat.count_in import Click
from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.output.orders import Orders, SoundMessages
from live.core.output.parts import Sounds
from live.core.output.schedule import Due, Strike
from live.core.planning.plan import Planned
from live.core.planning.style import Style
from presets.music.event import PPQ

EIGHTH = PPQ // 2

MOVED_SECONDS = 0.0005
"""The end of a note stays as it is if it would move by less than this."""

SHORTEST_SECONDS = 0.001
"""Minimum duration of a note, however the tempo changes."""


class Dispatch:
    """Collects orders for the sender. Owned by one thread.

    Args:
        style: the preset whose sounds are selected at first.
        timing: how notes lie on the beat.

    Attributes:
        orders: orders for the sender, until `take` returns them.
        quiet_at: when the last ordered note ends, seconds.
        rested: how often committed items were put off, in total.
        sounds: messages that select the sounds of `style`.
        style: the preset that was committed last.
        muted: whether notes are withheld, so that the music continues silently.
    """

    def __init__(self, style: Style, timing: Timing) -> None:
        self.orders = Orders()
        self.quiet_at = float("-inf")
        self.rested = 0
        self.style = style
        self.muted = False
        self._timing = timing
        self._open: list[tuple[Strike, int]] = []
        self._chosen = Sounds()
        self.sounds: SoundMessages = self._choose(style)

    def take(self) -> Orders:
        """Return the orders collected so far, and start a new collection."""
        orders, self.orders = self.orders, Orders()
        return orders

    def commit(
        self, item: Planned, line: int | None, transport: Transport, held: frozenset[int] = frozenset()
    ) -> None:
        """Order an event's notes.

        Args:
            item: the event, or a rest.
            line: the tick at which its notes end at the latest; None for no limit.
            transport: when ticks come.
            held: note numbers that the musician holds; segue does not play them.
        """
        self.rested += item.waited
        event = item.sounding or item.event
        if event is None or self.muted:
            return
        style = item.after.style
        for note in event.notes:
            if note.note in held:
                continue
            end = item.tick + note.duration
            if line is not None:
                end = min(end, line)
            output = style.outputs[note.part] if style.outputs else 0
            channel = style.parts[note.part].channel
            at = item.sounds_at(self._timing, transport)
            self._strike((output, channel, note.note), note.velocity, at, end, transport)

    def click(self, click: Click, transport: Transport) -> None:
        """Order a click of the count-in."""
        if self.muted:
            return
        end = click.tick + click.ticks
        at = self._timing.moment(click.tick, transport)
        self._strike((0, click.channel, click.note), click.velocity, at, end, transport)

    def pass_until(self, now: float) -> None:
        """Forget the notes that have ended by now."""
        self._open = [(strike, end) for strike, end in self._open if strike.until > now]

    def end_note(self, number: int, at: float) -> None:
        """Order the end of segue's notes of this number: the musician plays it from `at` seconds on."""
        mine = [strike for strike, _ in self._open if strike.note == number and strike.until > at]
        self.orders.ended += mine
        self._open = [(strike, end) for strike, end in self._open if strike not in mine]

    def drop_from(self, at: float) -> None:
        """Order that the notes from this moment on do not sound."""
        self.orders.ended += [strike for strike, _ in self._open if strike.at >= at]
        self._open = [(strike, end) for strike, end in self._open if strike.at < at]

    def end_by(self, tick: int, transport: Transport, now: float) -> None:
        """End every note by a tick; a note that begins there or later lasts at most an eighth."""
        at = self._timing.moment(tick, transport)
        self._open = [
            (strike, min(end, tick if strike.at < at - MOVED_SECONDS else tick + EIGHTH))
            for strike, end in self._open
        ]
        self.move_ends(transport, now)

    def move_ends(self, transport: Transport, now: float) -> None:
        """Move the ends of all notes not over yet to the times of their ticks on another transport."""
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
        """Select a preset's sounds at once, while nothing plays; notes that still ring keep their end."""
        self._open.clear()
        if style is not self.style:
            self.style = style
            self.sounds = self.orders.sounds = self._choose(style)

    def change_sounds(self, style: Style, line: int, transport: Transport) -> None:
        """Select another preset's sounds at the tick `line`, and end the previous preset's notes there."""
        at = self._timing.moment(line, transport)
        self._open = [(strike, min(end, line)) for strike, end in self._open]
        self.move_ends(transport, float("-inf"))
        self.style, self.sounds = style, self._choose(style)
        self.orders.messages += [
            Due(at, message, output) for output, messages in self.sounds.items() for message in messages
        ]

    def silence(self) -> None:
        """Order silence and drop all notes; keep the messages ordered before, such as a clock Stop."""
        self.orders = Orders(silence=True, sounds=self.orders.sounds, messages=self.orders.messages)
        self.quiet_at = float("-inf")
        self._open.clear()

    def forget(self) -> None:
        """Drop all note orders: the sender has already silenced everything itself."""
        self.orders.strikes.clear()
        self.orders.retimed.clear()
        self.orders.ended.clear()
        self._open.clear()

    def _strike(
        self, key: tuple[int, int, int], velocity: int, at: float, end: int, transport: Transport
    ) -> None:
        """Order a note from `at` seconds to the tick `end`; `key` is its output, channel and note number."""
        output, channel, note = key
        strike = Strike(
            at=at,
            until=max(at + SHORTEST_SECONDS, self._timing.moment(end, transport)),
            channel=channel,
            note=note,
            velocity=velocity,
            output=output,
        )
        self.orders.strikes.append(strike)
        self._open.append((strike, end))
        self.quiet_at = max(self.quiet_at, strike.until)

    def _choose(self, style: Style) -> SoundMessages:
        return self._chosen.choose(style.parts, style.outputs)
