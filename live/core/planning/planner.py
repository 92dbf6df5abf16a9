"""The planner: draws what segue is going to play, as far ahead as a bar."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.controls.values import Controls
from live.core.generation.prediction import Moment, PredictionError
from live.core.generation.retries import attempts
from live.core.planning.commit_lead import CommitLead
from live.core.planning.context import Context, on_grid
from live.core.planning.plan import MusicEnds, Onset, Plan, Planned, Rest, Step, TurnEnds, Why
from live.core.planning.states import Length
from live.core.planning.style import Style
from live.core.planning.turns import PLAYS_ALONG, Turns
from presets.music.event import PPQ, Event

MOST_AHEAD = 64
"""Events that are planned ahead at most, however dense the bar."""

PUT_OFF = PPQ
"""Ticks by which the musician's hands can put an event off; hands that never rest would do so for ever."""

RESERVE = PPQ
"""Ticks that a plan must be ahead before a network that was too slow counts as quick enough."""

TOO_SLOW = "the network is too slow for this tempo: it rests in time"


@dataclass(frozen=True, slots=True)
class Switch:
    """A preset that is going to take over.

    Attributes:
        style: which.
        line: the tick of its first event.
    """

    style: Style
    line: int


class Planner:
    """Draws event after event, and places each where it can still be handed over. Owned by one thread.

    Drawing takes time, so `place`, called later with the time of then, gives what was drawn its tick: an
    event that came too late waits for its own interval again, as often as it must, and so keeps its place in
    the beat.

    Args:
        rng: the only source of chance.
        turns: says whose turn it is: nothing is drawn while it is the musician's. In `ACCOMPANY` segue plays
            in every bar, however long the network would rest.
        timing: how notes lie on the beat.
        length: when the music is over.
        bar_ticks: ticks in a bar.
        commit_lead: knows how long before its moment the sender wants a note.
        fitted: returns a style's controls as they are for its next event.

    Attributes:
        plan: what is planned.
        switch: the preset that is going to take over; None if none is.
        promise: when the next event was to come before the hands played, in ticks; None if they did not.
        floor: nothing falls before this tick.
        hurries_until: until then, seconds, what is drawn may come late: a master has begun without notice.
        is_stale: whether what is planned was drawn before the controls changed, and must be drawn again.
        trouble: why the music rests; None while all is well.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        turns: Turns,
        timing: Timing,
        length: Length,
        bar_ticks: int,
        commit_lead: CommitLead,
        fitted: Callable[[Style, Controls], Controls],
    ) -> None:
        self.plan = Plan(rng)
        self.switch: Switch | None = None
        self.promise: int | None = None
        self.floor = 0
        self.hurries_until = float("-inf")
        self.is_stale = False
        self.trouble: str | None = None
        self._rng = rng
        self._turns = turns
        self._timing = timing
        self._length = length
        self._bar_ticks = bar_ticks
        self._commit_lead = commit_lead
        self._fitted = fitted
        self._controls: dict[Style, Controls] = {}
        # Whether the plan is being filled up: it is drawn in bursts, for a processor that has just drawn an
        # event draws the next one in half the time.
        self._filling = True

    @property
    def plays(self) -> bool:
        """Whether it is segue's turn."""
        return self._turns.turn is not None

    def controls_of(self, style: Style) -> Controls:
        """Return how events of a preset are drawn and played."""
        return self._controls.get(style, style.controls)

    def set_controls(self, style: Style, controls: Controls) -> None:
        """Draw and play a preset's events in this way from now on; what was drawn otherwise is stale."""
        self._controls[style] = controls
        self.is_stale = True

    def reset(self) -> None:
        """Forget the plan, and what troubled it."""
        self.trouble = None
        self.plan.clear()
        self.promise, self.floor = None, 0

    def redraw(self) -> None:
        """Drop what is not committed, and what was promised: the turn has changed."""
        self.plan.cut()
        self.promise = None

    def redraw_for_hands(self) -> None:
        """Drop what did not know of what the hands played; what takes its place comes not much later.

        In `ACCOMPANY` it comes at the same tick.
        """
        item = self.plan.uncommitted
        if item is not None and item.placed and item.event is not None:
            self.promise = item.tick if self.promise is None else min(self.promise, item.tick)
        self.plan.cut()

    def request(self, style: Style, context: Context, line: int) -> None:
        """Let another preset take over; the newest request counts.

        A request for the preset that plays by then calls the earlier request off.

        Args:
            style: the other preset.
            context: what has been played.
            line: the tick of its first event; nothing is committed there or behind.
        """
        if self.switch is not None and style is self.switch.style:
            return  # asked for again: the line stands
        committed = self.plan.committed
        playing = (committed[-1].after if committed else context).style
        self.switch = None if style is playing else Switch(style, line)
        self.plan.cut_where(
            lambda item: item.after.style is not playing or (self.switch is not None and item.tick >= line)
        )

    def switch_with_a_rest(self, switch: Switch, context: Context) -> None:
        """Let the other preset take over on its line while it is the musician's turn."""
        last = self.plan.last
        after = (context if last is None else last.after).in_style(switch.style)
        chance = self._rng.bit_generator.state
        self.plan.add(Planned(TurnEnds(), switch.line, after, after, chance, placed=True))

    def line_of_switch(self, context: Context) -> int | None:
        """Return where another preset takes over from this context; None if none does."""
        if self.switch is None or context.style is self.switch.style:
            return None
        return self.switch.line

    def extend_at(self, transport: Transport | None) -> float:
        """Return from when on the plan is too short: once it is half a bar; then it is filled up to a bar.

        Minus infinity for now, whenever that is; infinity if time alone will not make it so.
        """
        turn = self._turns.turn
        if turn is None:
            return float("inf")
        last = self.plan.last
        if last is None:
            return float("-inf")
        match last.what:
            case TurnEnds() | MusicEnds():
                return float("inf")
            case _ if len(self.plan) >= MOST_AHEAD:
                return float("inf")
            case Rest(why) if why is not Why.WOULD_COPY and self.plan.uncommitted is not None:
                return float("inf")  # it is asked again once that rest has come
        if transport is None:
            return float("-inf") if last.tick - turn.begin < self._bar_ticks else float("inf")
        ahead = self._bar_ticks if self._filling else self._bar_ticks // 2
        return self._timing.moment(last.tick - ahead, transport)

    def draw(self, context: Context, transport: Transport | None, now: float) -> None:
        """Plan one more event, or a rest of a step where the network fails; `context` comes before it."""
        last = self.plan.last
        context = context if last is None else last.after
        chance = self._rng.bit_generator.state
        item = self._draw_own(context)
        line = self.line_of_switch(context)
        if self.switch is not None and line is not None and self._in_time(item, transport, now) >= line:
            # What the present preset would play there, the other one plays in its own way, or not at all.
            self._rng.bit_generator.state = dict(chance)
            item = self._draw_switch(context.in_style(self.switch.style), line)
            item.opens = True
        item.chance = chance
        self.plan.add(item)

    def place(self, transport: Transport | None, now: float) -> None:
        """Give what was drawn its tick, or a later one if it cannot be played there in time any more."""
        item = self.plan.last
        if item is None or item.placed:
            return
        tick = self._in_time(item, transport, now)
        line = self.line_of_switch(item.before)
        if line is not None and tick >= line:
            self.plan.drop_newest()  # too late for the present preset: the other one is asked
            return
        if item.opens and item.event is not None and tick > item.tick:
            # Too late for its line, where the other preset takes over all the same: with a rest.
            self._rng.bit_generator.state = dict(item.chance)
            item.what, tick = Rest(Why.TOO_LATE), item.tick
        self._count_lateness(item, tick, transport, now)
        item.tick, item.placed = tick, True
        self._end_or_rest(item)
        item.after = item.before.with_own(item.event, item.tick, self._bar_ticks)
        if transport is not None:
            self._filling = self._timing.moment(item.tick - self._bar_ticks, transport) <= now

    def _count_lateness(self, item: Planned, tick: int, transport: Transport | None, now: float) -> None:
        """Note how often an item waited, and whether the network is too slow; `tick` is where it falls."""
        earliest = self._earliest(transport, now, floor=0)
        late = max(0, -(-(earliest - item.tick) // self._interval(item))) if transport is not None else 0
        item.waited = 0 if isinstance(item.what, TurnEnds) else item.waited + late
        if item.event is not None and (late or transport is None or tick - earliest >= RESERVE):
            self.trouble = TOO_SLOW if late else None

    def _end_or_rest(self, item: Planned) -> None:
        """Put an end in the place of an item that comes after it; a rest in that of one that copies."""
        end, turn = self._length.ticks, self._turns.turn
        if end is not None and item.tick >= end:
            item.what, item.tick = MusicEnds(), end
        elif item.before.played == self._length.events:
            item.what = MusicEnds()
        elif turn is not None and turn.end is not None and item.tick >= turn.end:
            item.what, item.tick, item.waited = TurnEnds(), turn.end, 0
        elif item.event is not None and self._copies(item.before, item.event, item.tick):
            item.what = Rest(Why.WOULD_COPY)  # it was drawn for another place in the beat, where it did not

    def _draw_own(self, context: Context) -> Planned:
        """Draw the present preset's next event: not later than was promised to the hands."""
        accompanies = self._turns.accompanies
        chance = self._rng.bit_generator.state
        promise = self.promise if self.plan.uncommitted is None else None
        item = self._predict(context, self._line_for(context, promise if accompanies else None))
        if promise is not None and item.tick > promise + PUT_OFF:
            self._rng.bit_generator.state = dict(chance)
            item = self._predict(context, self._line_for(context, promise + PUT_OFF))
        if accompanies and context.own is not None and item.tick >= self._bars_on(context.own, 2):
            self._rng.bit_generator.state = dict(chance)
            item = self._predict(context, self._line_for(context, self._bars_on(context.own, 1)))
        return item

    def _draw_switch(self, context: Context, line: int) -> Planned:
        """Draw what is on the line where another preset takes over; the context is in its style."""
        mode, turn = context.style.mode, self._turns.turn
        keeps_mode = mode in (None, self._turns.mode)
        if keeps_mode and turn is not None and line < turn.begin:
            return _item(Rest(Why.NOT_YET), line, context)
        if keeps_mode or mode in PLAYS_ALONG:
            return self._predict(context, line)
        return _item(TurnEnds(), line, context)

    def _line_for(self, context: Context, line: int | None) -> int | None:
        """Return the line that an event is to fall on: none before segue's turn begins."""
        turn = self._turns.turn
        if turn is not None and (context.own is None or context.own < turn.begin):
            return turn.begin if line is None else max(line, turn.begin)
        return line

    def _predict(self, context: Context, line: int | None) -> Planned:
        """Draw an event after a context; on this line if there is one."""
        controls = self._fitted(context.style, self.controls_of(context.style))
        wanted = None
        if line is not None:
            # As its network counts bars, if nothing has been played since the start.
            wanted = max(
                1, line - on_grid(context.onset) if context.onset is not None else context.to_bar_line
            )
        moment = Moment(context.grid_position, wanted)
        why = Why.WOULD_COPY
        try:
            for attempt in attempts(controls):
                event = context.style.predictor.predict(context.window, moment, attempt, self._rng)
                tick = self._tick_after(context, event) if line is None else line
                if not self._copies(context, event, tick):
                    return _item(Onset(event), tick, context)
        except PredictionError as error:
            self.trouble, why = str(error), Why.FAILED
        item = _item(Rest(why), self._tick_after(context, None) if line is None else line, context)
        item.waited = int(why is Why.FAILED)
        return item

    def _copies(self, context: Context, event: Event, tick: int) -> bool:
        """Return whether an event there would complete a verbatim passage that is longer than it may be."""
        limit = self.controls_of(context.style).originality
        if limit is None or context.trail.most < limit:
            return False
        return context.with_own(event, tick, self._bar_ticks).trail.length >= limit

    def _tick_after(self, context: Context, event: Event | None) -> int:
        """Return the onset of an event that follows segue's own last one, or of a rest in its place."""
        own = context.own or 0
        if event is None:
            return own + self.controls_of(context.style).step_ticks
        if context.style.kind.has_rhythm and context.onset is not None:
            return max(own, on_grid(context.onset)) + event.ioi
        return own + event.ioi

    def _bars_on(self, tick: int, bars: int) -> int:
        """Return the bar line that comes so many bars after the one before a tick."""
        return (tick // self._bar_ticks + bars) * self._bar_ticks

    def _interval(self, item: Planned) -> int:
        """Return the ticks that an event, or a rest, waits if it comes too late."""
        return (
            self.controls_of(item.before.style).step_ticks if item.event is None else max(1, item.event.ioi)
        )

    def _in_time(self, item: Planned, transport: Transport | None, now: float) -> int:
        """Return the tick of an event, by as many of its own intervals later as it must be."""
        interval = self._interval(item)
        earliest = self._earliest(transport, now, floor=self.floor)
        return item.tick + max(0, -(-(earliest - item.tick) // interval)) * interval

    def _earliest(self, transport: Transport | None, now: float, floor: int) -> int:
        """Return the first tick, from `floor` on, whose notes can still be handed over in time."""
        if transport is None or now < self.hurries_until:
            return floor
        return max(floor, self._timing.first_tick(now + self._commit_lead.lead_seconds, transport))


def _item(what: Step, tick: int, context: Context) -> Planned:
    """Return something drawn that has no final tick yet; `draw` adds the chance it was drawn with."""
    return Planned(what, tick, context, context, chance={})
