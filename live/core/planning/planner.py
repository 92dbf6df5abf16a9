"""The planner: draws what segue is going to play, as far ahead as a bar."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.controls.scales import Key
from live.core.controls.table import Controls
from live.core.generation.prediction import Ahead, Moment, PredictionError, Suggestion
from live.core.generation.retries import attempts
from live.core.planning.commit_lead import CommitLead
from live.core.planning.context import Context, on_grid
from live.core.planning.form_ahead import as_dense, bars_ahead, begin_form
from live.core.planning.plan import MusicEnds, Onset, Plan, Planned, Rest, Step, TurnEnds, Why
from live.core.planning.shading import Shading, shaded
from live.core.planning.states import Length
from live.core.planning.style import Style
from live.core.planning.turns import PLAYS_ALONG, TAKES_TURNS, Turns
from live.core.planning.variation import SHORTEST, Variation
from presets.music.event import PPQ, Event
from presets.music.sections import SECTION_BARS

PLAN_BARS = 1
"""How far ahead segue plans, in bars. Once only half of that is planned, it draws until it is full again."""

MOST_AHEAD = 64
"""Maximum number of planned events, however dense the bar."""

PUT_OFF = PPQ
"""Maximum ticks by which the musician's notes delay an event: constant playing must not delay it forever."""

RESERVE = PPQ
"""Ticks that the plan must be ahead before a network that was too slow counts as fast enough again."""

TOO_SLOW = "the network is too slow for this tempo: segue rests and keeps the beat"


@dataclass(frozen=True, slots=True)
class Switch:
    """A requested switch to another preset.

    Attributes:
        style: the preset that takes over.
        line: the tick of its first event.
    """

    style: Style
    line: int


@dataclass(frozen=True, slots=True)
class PlannerState:
    """What a planner needs to draw what another one would have drawn next.

    Attributes:
        chance: the state of the random generator.
        form_key: what the chance of forms, shading and variations depends on.
        floor: no event is placed before this tick.
        variation: what segue's turn takes up of the musician's phrase; None if nothing.
    """

    chance: Mapping[str, Any]
    form_key: int
    floor: int
    variation: Variation | None


class Planner:
    """Draws one event after another, and places each where it can still be sent. Owned by one thread.

    Drawing takes time, so an event gets its final tick later, from `place`, called with the time when drawing
    has ended. An event that is too late is put off by its own interval, as often as needed, so that it keeps
    its position in the beat.

    Args:
        rng: the only source of randomness.
        turns: knows whose turn it is; nothing is drawn while it is the musician's. In `ACCOMPANY` segue plays
            in every bar, however long the network would rest.
        timing: how notes lie on the beat.
        length: when the music is over.
        commit_lead: knows how long before its time the sender wants a note.
        fitted: returns a style's controls as they apply to its next event, after the tick of the newest one.

    Attributes:
        plan: what is planned.
        switch: the switch to another preset that was requested; None if there is none.
        promise: the tick planned for the next event before the musician played; None if they did not play.
        floor: no event is placed before this tick.
        hurries_until: until this time, in seconds, events may be late: a master has started without notice.
        is_stale: whether the plan was drawn before the controls changed, and must be drawn again.
        trouble: why the music rests; None while all is well.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        turns: Turns,
        timing: Timing,
        length: Length,
        commit_lead: CommitLead,
        fitted: Callable[[Style, Controls, int], Controls],
    ) -> None:
        self.plan = Plan(rng)
        self.switch: Switch | None = None
        self.promise: int | None = None
        self.floor = 0
        self.hurries_until = float("-inf")
        self.is_stale = False
        self.trouble: str | None = None
        self._rng = rng
        # A generator of its own: forms take no numbers from the music.
        self._form_key = int(rng.spawn(1)[0].integers(2**63))
        self._turns = turns
        self._timing = timing
        self._length = length
        self._commit_lead = commit_lead
        self._fitted = fitted
        self._controls: dict[Style, Controls] = {}
        self._variation: Variation | None = None
        # Whether the plan is being filled up. It is drawn in bursts, because a processor that has just drawn
        # an event draws the next one in half the time.
        self._filling = True
        # The first tick that the event that is being drawn may have.
        self._reach = 0

    @property
    def state(self) -> PlannerState:
        """What another planner needs to draw what comes after the committed events."""
        item = self.plan.uncommitted
        chance = self._rng.bit_generator.state if item is None else item.chance
        return PlannerState(chance, self._form_key, self.floor, self._variation)

    def restore(self, state: PlannerState) -> None:
        """Draw from now on as the planner with this state would have done; nothing may be planned yet."""
        self._rng.bit_generator.state = dict(state.chance)
        self._form_key, self.floor, self._variation = state.form_key, state.floor, state.variation

    @property
    def changed_controls(self) -> Mapping[Style, Controls]:
        """The controls of each preset for which they were set."""
        return self._controls

    @property
    def plays(self) -> bool:
        """Whether it is segue's turn."""
        return self._turns.turn is not None

    def _plan_ticks(self, tick: int) -> int:
        """Return how many ticks are planned ahead, as of a tick."""
        return PLAN_BARS * self._timing.bars.meter_at(tick).bar_ticks

    def controls_of(self, style: Style) -> Controls:
        """Return how events of a preset are drawn and played."""
        return self._controls.get(style, style.controls)

    def set_controls(self, style: Style, controls: Controls) -> None:
        """Set how a preset's events are drawn and played from now on; this makes the plan stale."""
        self._controls[style] = controls
        self.is_stale = True

    def reset(self) -> None:
        """Forget the plan and its trouble."""
        self.trouble = None
        self.plan.clear()
        self.promise, self.floor, self._variation = None, 0, None

    def redraw(self) -> None:
        """Drop what is not committed, and the promise: the turn has changed."""
        self.plan.cut()
        self.promise = None

    def take_up(self, context: Context) -> None:
        """Choose what segue's turn, which begins now, takes up of the musician's phrase.

        Args:
            context: what has been played.
        """
        turn, phrase, style = self._turns.turn, self._turns.phrase, context.style
        controls = self._fitted(style, self.controls_of(style), turn.begin if turn else 0)
        self._variation = None
        if turn is None or phrase is None or len(phrase.events) < SHORTEST or not controls.quote:
            return
        # It has a generator of its own, too, so that the music draws the same numbers with and without it.
        self._variation = Variation.of(
            phrase.line,
            turn.begin,
            turn.end,
            self._timing.bars,
            quote=controls.quote,
            leanings=controls.leanings or _leanings_of(controls.key),
            lowest=controls.lowest,
            highest=controls.highest,
            rng=np.random.default_rng((self._form_key, turn.begin, context.played)),
        )

    def redraw_for_hands(self) -> None:
        """Drop what was drawn before the musician played; the next event still comes at most a beat later.

        In `ACCOMPANY` it comes at the same tick.
        """
        item = self.plan.uncommitted
        if item is not None and item.placed and item.event is not None:
            self.promise = item.tick if self.promise is None else min(self.promise, item.tick)
        self.plan.cut()

    def request(self, style: Style, context: Context, line: int) -> None:
        """Request that another preset takes over; a new request replaces the one before.

        A request for the preset that already plays cancels the earlier request.

        Args:
            style: the other preset.
            context: what has been played.
            line: the tick of its first event; nothing may be committed at or after it.
        """
        if self.switch is not None and style is self.switch.style:
            return  # requested again: the line stays
        committed = self.plan.committed
        playing = (committed[-1].after if committed else context).style
        self.switch = None if style is playing else Switch(style, line)
        self.plan.cut_where(
            lambda item: item.after.style is not playing or (self.switch is not None and item.tick >= line)
        )

    @property
    def switch_ahead(self) -> Switch | None:
        """The requested switch to another preset, unless it is committed; None if there is none."""
        committed = self.plan.committed
        is_committed = self.switch and committed and committed[-1].after.style is self.switch.style
        return None if is_committed else self.switch

    def switch_with_a_rest(self, switch: Switch, context: Context) -> None:
        """Plan the switch to the other preset as a rest on its line: it is the musician's turn."""
        last = self.plan.last
        after = (context if last is None else last.after).in_style(switch.style)
        chance = self._rng.bit_generator.state
        self.plan.add(Planned(TurnEnds(), switch.line, after, after, chance, placed=True))

    def line_of_switch(self, context: Context) -> int | None:
        """Return the tick at which another preset takes over from this context; None if none does."""
        if self.switch is None or context.style is self.switch.style:
            return None
        return self.switch.line

    def extend_at(self, transport: Transport | None) -> float:
        """Return the time from which the plan is too short: half a bar; it is then filled up to a bar.

        In seconds; minus infinity if it is too short already, infinity if it does not get too short by time
        alone.
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
                return float("inf")  # segue tries again once that rest has come
        whole = self._plan_ticks(last.tick)
        if transport is None:
            return float("-inf") if last.tick - turn.begin < whole else float("inf")
        ahead = whole if self._filling else whole // 2
        return self._timing.moment(last.tick - ahead, transport)

    def draw(self, context: Context, transport: Transport | None, now: float) -> None:
        """Plan one more event, or a rest of one step if the network fails.

        Args:
            context: what has been played; the context of the first event of an empty plan.
            transport: when ticks come; None while nothing runs.
            now: seconds.
        """
        last = self.plan.last
        context = context if last is None else last.after
        chance = self._rng.bit_generator.state
        self._reach = self._in_reach(context.style, transport, now)
        item = self._draw_own(context)
        line = self.line_of_switch(context)
        if self.switch is not None and line is not None and self._in_time(item, transport, now) >= line:
            # The other preset has taken over there, so it draws the event instead.
            self._rng.bit_generator.state = dict(chance)
            item = self._draw_switch(context.in_style(self.switch.style), line)
            item.opens = True
        item.chance = chance
        self.plan.add(item)

    def place(self, transport: Transport | None, now: float) -> None:
        """Give the newest item its final tick: the drawn one, or a later one if it is too late for that."""
        item = self.plan.last
        if item is None or item.placed:
            return
        tick = self._in_time(item, transport, now)
        line = self.line_of_switch(item.before)
        if line is not None and tick >= line:
            self.plan.drop_newest()  # too late for the current preset: the other one draws instead
            return
        if item.opens and item.event is not None and tick > item.tick:
            # Too late for its line: the other preset still takes over there, with a rest.
            self._rng.bit_generator.state = dict(item.chance)
            item.what, tick = Rest(Why.TOO_LATE), item.tick
        self._count_lateness(item, tick, transport, now)
        item.tick, item.placed = tick, True
        self._end_or_rest(item)
        item.after = item.before.with_own(item.event, item.tick, self._timing.bars)
        if transport is not None:
            self._filling = self._timing.moment(item.tick - self._plan_ticks(item.tick), transport) <= now

    def commit(self) -> Planned:
        """Commit the first uncommitted item, and decide how loudly it sounds; return it."""
        item = self.plan.commit()
        style, event = item.before.style, item.event
        controls = self.controls_of(style)
        if event is not None and controls.shading and style.readings:
            shading = Shading(
                style.readings,
                self._form_key,
                self._timing.bars,
                [part.register + controls.transpose for part in style.parts],
                item.before.form,
            )
            item.sounding = shaded(event, item.tick, item.before, shading, controls.shading)
        return item

    def _count_lateness(self, item: Planned, tick: int, transport: Transport | None, now: float) -> None:
        """Count how often an item was put off; note whether the network is too slow.

        Args:
            item: the item, with the tick that was drawn.
            tick: its final tick.
            transport: when ticks come; None while nothing runs.
            now: seconds.
        """
        earliest = self._earliest(transport, now, floor=0)
        late = max(0, -(-(earliest - item.tick) // self._interval(item))) if transport is not None else 0
        item.waited = 0 if isinstance(item.what, TurnEnds) else item.waited + late
        if item.event is not None and (late or transport is None or tick - earliest >= RESERVE):
            self.trouble = TOO_SLOW if late else None

    def _end_or_rest(self, item: Planned) -> None:
        """Replace an item by the end if it comes at or after it, and by a rest if it would copy."""
        end, turn = self._length.end(self._timing.bars), self._turns.turn
        if end is not None and item.tick >= end:
            item.what, item.tick = MusicEnds(), end
        elif item.before.played == self._length.events:
            item.what = MusicEnds()
        elif turn is not None and turn.end is not None and item.tick >= turn.end:
            item.what, item.tick, item.waited = TurnEnds(), turn.end, 0
        elif item.event is not None and self._copies(item.before, item.event, item.tick):
            item.what = Rest(Why.WOULD_COPY)  # at the tick that was drawn it was no copy, at this one it is

    def _draw_own(self, context: Context) -> Planned:
        """Draw the current preset's next event, at most a beat later than the promised tick."""
        accompanies = self._turns.accompanies
        chance = self._rng.bit_generator.state
        promise = self.promise if self.plan.uncommitted is None else None
        keeps_it = accompanies and promise is not None and promise >= self._reach
        item = self._predict(context, self._line_for(context, promise if keeps_it else None))
        if promise is not None and item.tick > promise + PUT_OFF:
            self._rng.bit_generator.state = dict(chance)
            item = self._predict(context, self._line_for(context, promise + PUT_OFF))
        if accompanies and context.own is not None and item.tick >= self._timing.bars.bars_on(context.own, 2):
            self._rng.bit_generator.state = dict(chance)
            item = self._predict(context, self._line_for(context, self._timing.bars.bars_on(context.own, 1)))
        return item

    def _draw_switch(self, context: Context, line: int) -> Planned:
        """Draw what falls on the line where another preset takes over; the context is in its style."""
        mode, turn = context.style.mode, self._turns.turn
        keeps_mode = mode in (None, self._turns.mode)
        if keeps_mode and turn is not None and line < turn.begin:
            return _item(Rest(Why.NOT_YET), line, context)
        if keeps_mode or mode in PLAYS_ALONG:
            return self._predict(context, line)
        return _item(TurnEnds(), line, context)

    def _line_for(self, context: Context, line: int | None) -> int | None:
        """Return the tick that an event must fall on, not before segue's turn; None if it is free."""
        turn = self._turns.turn
        if turn is not None and (context.own is None or context.own < turn.begin):
            return turn.begin if line is None else max(line, turn.begin)
        return line

    def _predict(self, context: Context, line: int | None) -> Planned:
        """Draw an event after a context; at the tick `line` unless that is None."""
        newest = max(context.own or 0, on_grid(context.onset or 0))
        controls = self._fitted(context.style, self.controls_of(context.style), newest)
        wanted = None
        if line is not None:
            # Before the first event of the music, the distance is that to the context's next bar line.
            wanted = max(
                1, line - on_grid(context.onset) if context.onset is not None else context.to_bar_line
            )
        context, ahead = self._in_form(context, line, controls)
        suggestion = self._suggestion(context, line, wanted)
        moment = Moment(context.grid_position, wanted, ahead, suggestion, max(1, self._reach - newest))
        why = Why.WOULD_COPY
        try:
            for attempt in attempts(controls):
                event = context.style.predictor.predict(context.window, moment, attempt, self._rng)
                moment = replace(moment, suggestion=None)  # what is suggested may be the copy
                tick = self._tick_after(context, event) if line is None else line
                if not self._copies(context, event, tick):
                    return _item(Onset(event), tick, context)
        except PredictionError as error:
            self.trouble, why = str(error), Why.FAILED
        item = _item(Rest(why), self._tick_after(context, None) if line is None else line, context)
        item.waited = int(why is Why.FAILED)
        return item

    def _suggestion(self, context: Context, line: int | None, wanted: int | None) -> Suggestion | None:
        """Return what the event after a context takes up: `wanted` ticks later, at `line`, unless None."""
        turn, variation = self._turns.turn, self._variation
        if variation is None or turn is None or variation.begin != turn.begin:
            return None
        if self._turns.mode not in TAKES_TURNS:
            return None
        newest = max(context.own or 0, on_grid(context.onset or 0))
        if line is not None and wanted is not None:
            newest = line - wanted
        return variation.after(newest, line, self.controls_of(context.style).quote)

    def _in_form(
        self, context: Context, line: int | None, controls: Controls
    ) -> tuple[Context, tuple[Ahead, ...]]:
        """Return a context that knows its form, and the bars ahead of it; none if it has no form.

        Args:
            context: the music so far.
            line: the tick of the next event; None if it is free.
            controls: how the style is played.
        """
        forms = context.style.forms
        if forms is None:
            return context, ()
        own = context.own or 0
        if context.onset is not None:
            now = on_grid(context.onset)
        else:
            now = own if line is None else line - context.to_bar_line
        # It begins with the bar of the first event.
        begins = self._timing.bars.line_before(max(now + 1 if line is None else line, own))
        bar, form = self._timing.bars.place(begins).bar, context.form
        if form is None or form.section_ticks != SECTION_BARS * bar:
            key = (self._form_key, begins, context.played)
            past, newest = context.window.events, context.grid_position
            form = begin_form(forms, key, past, newest, begins, bar, controls.transpose)
        bars = bars_ahead(form, now)
        if controls.rate is not None:
            bars = as_dense(bars, controls.rate, controls.match)
        return replace(context, form=form), bars

    def _copies(self, context: Context, event: Event, tick: int) -> bool:
        """Return whether an event at a tick would complete a verbatim passage of the forbidden length."""
        limit = self.controls_of(context.style).originality
        if limit is None or context.trail.most < limit:
            return False
        return context.with_own(event, tick, self._timing.bars).trail.length >= limit

    def _tick_after(self, context: Context, event: Event | None) -> int:
        """Return the onset of the event after segue's last one, or of a rest in its place (None)."""
        own = context.own or 0
        if event is None:
            return own + self.controls_of(context.style).step_ticks
        if context.style.kind.has_rhythm and context.onset is not None:
            return max(own, on_grid(context.onset)) + event.ioi
        return own + event.ioi

    def _interval(self, item: Planned) -> int:
        """Return the ticks by which an event or a rest is put off if it is too late."""
        return (
            self.controls_of(item.before.style).step_ticks if item.event is None else max(1, item.event.ioi)
        )

    def _in_time(self, item: Planned, transport: Transport | None, now: float) -> int:
        """Return an event's tick, put off by as many of its own intervals as it needs to be in time."""
        interval = self._interval(item)
        earliest = self._earliest(transport, now, floor=self.floor)
        return item.tick + max(0, -(-(earliest - item.tick) // interval)) * interval

    def _in_reach(self, style: Style, transport: Transport | None, now: float) -> int:
        """Return the first tick that an event drawn now may have, if the musician had it drawn anew.

        Without that an event that comes too late is a sign of a network that is too slow, and must be told.
        """
        if self.promise is None:
            return self.floor
        return self._earliest(transport, now + self._commit_lead.drawing_seconds(style), floor=self.floor)

    def _earliest(self, transport: Transport | None, now: float, floor: int) -> int:
        """Return the first tick, from `floor` on, whose notes can still be sent in time."""
        if transport is None or now < self.hurries_until:
            return floor
        return max(floor, self._timing.first_tick(now + self._commit_lead.lead_seconds, transport))


def _leanings_of(key: Key | None) -> tuple[float, ...]:
    """Return the nats of each pitch class where a key is set; none where any may sound."""
    if key is None:
        return ()
    return tuple(0.0 if pitch in key.pitch_classes else -float("inf") for pitch in range(12))


def _item(what: Step, tick: int, context: Context) -> Planned:
    """Return a drawn item without a final tick; `draw` adds the random state it was drawn from."""
    return Planned(what, tick, context, context, chance={})
