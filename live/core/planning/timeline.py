"""The timeline: what has been played, what is planned, and what the musician plays in between."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport, ticks_in
from live.core.input.keyboard import Chord, Released
from live.core.input.phrase import stretched
from live.core.planning.context import Context, on_grid
from live.core.planning.held_notes import HeldNotes
from live.core.planning.plan import MusicEnds, Plan, Planned
from live.core.planning.style import Style
from presets.music.encoding import Position
from presets.music.event import Event

SETTLING_SECONDS = 0.200
"""How late a chord may arrive and still be placed before an event of segue's that has passed."""


class Timeline:
    """Keeps the context and the plan consistent with each other. Owned by one thread.

    Args:
        context: what has been played.
        plan: what comes after it.
        timing: how notes lie on the beat.

    Attributes:
        context: what has been played, up to now.
    """

    def __init__(self, context: Context, plan: Plan, timing: Timing) -> None:
        self.context = context
        self._plan = plan
        self._timing = timing
        # Events of segue's that passed so recently that a late chord may still belong before them.
        self._settling: list[Planned] = []
        self._held = HeldNotes()

    def pass_until(self, now: float, transport: Transport) -> list[Planned]:
        """Move the committed items that are due by now into the context; return those not seen before."""
        new: list[Planned] = []
        for item in self._plan.committed:
            if item.sounds_at(self._timing, transport) > now:
                break
            self._plan.take()
            self.context = item.after
            self._settling.append(item)
            if not item.seen:
                item.seen = True
                new.append(item)
            if isinstance(item.what, MusicEnds):
                break
        unsettled = now - SETTLING_SECONDS
        self._settling = [i for i in self._settling if i.sounds_at(self._timing, transport) > unsettled]
        return new

    def reset(self) -> None:
        """Begin the music from what has been played; the caller clears the plan."""
        self._settling.clear()
        self.context = self.context.from_the_top()

    def go_on(self, context: Context) -> None:
        """Continue from where the music was interrupted: take the onsets and the form of that context."""
        form = context.form if context.style is self.context.style else None
        self.context = replace(self.context, onset=context.onset, own=context.own, form=form)

    def change_style(self, style: Style) -> None:
        """Clear the plan and continue in another style."""
        self._plan.clear()
        self.context = self.context.in_style(style)

    def begin_phrase(self, position: Position) -> None:
        """Forget what was played, and take in a phrase that begins after this position."""
        self.context = replace(
            self.context, window=replace(self.context.window, events=()), position=position
        )

    def forget_before(self, events: int) -> None:
        """Forget what was played before the newest events, at least one."""
        window = self.context.window
        self.context = replace(self.context, window=replace(window, events=window.events[-events:]))

    def retime(self, onsets: Sequence[float], bpm: float, by: float, to_bar_line: int) -> None:
        """Count the phrase that was played while no music ran in another tempo, which was found in it.

        Args:
            onsets: of its events, seconds, up to the newest.
            bpm: the other tempo.
            by: how much faster that is than the one the phrase was counted in.
            to_bar_line: ticks in the other tempo from the newest event to a bar line.
        """
        played = self.context.window.events
        events = [stretched(event, by) for event in played]
        # The first event came after nothing, and of a long phrase the first onsets are not known any more.
        intervals = [ticks_in(after - before, bpm) for before, after in pairwise(onsets[-len(events) :])]
        for place, ioi in zip(reversed(range(len(events))), reversed(intervals), strict=False):
            events[place] = replace(events[place], ioi=ioi)
        for before, after in zip(played, events, strict=True):
            self._held.replaced(before, after)
        window = replace(self.context.window, events=tuple(events))
        position = self._timing.bars.place(0).after(-to_bar_line)
        self.context = replace(self.context, window=window, position=position)

    def hear(self, chord: Chord, event: Event) -> None:
        """Add a chord that was played while no music runs; its interval says when."""
        self._plan.clear()
        self.context = self.context.with_untimed(event)
        self._held.hold(chord, event)

    def insert(self, chord: Chord, event: Event, tick: int) -> Event:
        """Insert a chord into the running music at its tick; return the event as the window has it.

        Drop what is not committed: it was drawn without knowing of the chord.
        """
        self._plan.cut()
        while self._settling and self._settling[-1].tick > on_grid(tick):
            self.context = self._settling[-1].before
            self._plan.go_back(self._settling.pop())
        self._settling.clear()
        before, self.context = self.context, self.context.with_event(event, tick, self._timing.bars)
        self._follow_join(before, self.context)
        inserted, context = self.context.newest, self.context
        self._held.hold(chord, inserted)
        for item in self._plan:
            item.before = replace(context.in_style(item.after.style), form=item.before.form)
            item.after = context = item.before.with_own(item.event, item.tick, self._timing.bars)
            self._follow_join(item.before, context)
        return inserted

    def release(self, released: Released, bpm: float) -> None:
        """Set a note's duration to how long its key was held, in every context; keep the plan."""
        correction = self._held.release(released, bpm)
        if correction is None:
            return
        self.context = self.context.corrected(*correction)
        for item in (*self._settling, *self._plan):
            item.before = item.before.corrected(*correction)
            item.after = item.after.corrected(*correction)

    def _follow_join(self, before: Context, after: Context) -> None:
        """If the new event joined the newest one, point the held keys to the joined event."""
        if after.window is not before.window and after.window.events[-2:-1] != (before.newest,):
            self._held.replaced(before.newest, after.newest)
