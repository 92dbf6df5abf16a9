"""The engine: plans the music, commits it, and lets it pass on the beat clock."""

import math
from collections.abc import Callable

import numpy as np

from live.core.beat.count_in import CountIn
from live.core.beat.timing import Timing
from live.core.beat.transport import Transport, ticks_in
from live.core.controls.table import Controls
from live.core.input.phrase import Phrase
from live.core.input.phrase_tempo import PhraseTempo
from live.core.input.tempo_finder import FoundTempo
from live.core.performer.dispatch import EIGHTH, Dispatch
from live.core.performer.listener import Listener
from live.core.performer.meters import Meters
from live.core.performer.performance import Performance
from live.core.performer.playhead import Playhead
from live.core.performer.turn_taking import TurnTaking
from live.core.planning.commit_lead import CommitLead
from live.core.planning.context import Context
from live.core.planning.matching import matched
from live.core.planning.plan import MusicEnds, Onset, Planned, TurnEnds
from live.core.planning.planner import Planner, Switch
from live.core.planning.states import LongestCopy, Source
from live.core.planning.style import Style
from live.core.planning.timeline import Timeline
from live.core.planning.turns import TAKES_TURNS, Turns
from live.core.sync.clock_master import ClockMaster
from presets.bundles.bar_lines import BarLines
from presets.music.event import PPQ, Event

START_DELAY = 0.100
"""Seconds from the decision to start to tick 0, so that the first notes are sent ahead of time."""

ENOUGH = 6
"""Events of a phrase that are enough for the network to answer: it then hears nothing from before it. With
the preset's own seed in its window, an answer is less in the musician's key."""

REDRAW_SECONDS = 0.030
"""Minimum time between two redraws while a knob is swept. It sends a hundred messages a second and more, and
a redraw for each would leave no time to play."""

Notify = Callable[[Source, Event, int | None], None]
"""Called for each event with who played it, the event, and its tick, or None while nothing runs."""


class Engine:
    """Plans up to a bar ahead of the beat, and commits what is due within the commit lead.

    Each call plans one event at most. Committed events go to the sender. The others are dropped and planned
    again when their context or the controls change. Owned by one thread.

    Args:
        performance: what to perform.
        rng: the only source of chance.
        notify: called with each event that was played.

    Attributes:
        playhead: where the music is.
        has_no_tempo: whether the phrase before the music had no clear tempo, so that the set one stays.
        longest_copy: the longest verbatim passage since the performance began; None if there was none.
        timing: as given.
        commit_lead: how long before its time an event is committed.
        planner: draws the events.
        timeline: what has been played, and what the musician inserted.
        dispatch: collects orders for the sender.
        turn_taking: whose turn it is.
        meters: the bar lines, and what presets do to them.
        listener: listens to the musician.
        length: how much to play.
        count_in: the clicks before the first bar.
        clock_master: sends MIDI clock; None if segue sends none.
    """

    def __init__(self, performance: Performance, rng: np.random.Generator, notify: Notify) -> None:
        style, meter = performance.style, performance.meter
        self.playhead = Playhead(performance.bpm, performance.tempo_changes)
        self.has_no_tempo = False
        self.longest_copy: LongestCopy | None = None
        self.timing = timing = Timing(performance.swing, performance.latency_seconds, BarLines.of(meter))
        self.commit_lead = CommitLead()
        turns = Turns(style.mode or performance.mode, timing)
        self.planner = Planner(rng, turns, timing, performance.length, self.commit_lead, self._fitted)
        context = Context.of_seed(style, performance.seed, meter)
        self.timeline = Timeline(context, self.planner.plan, timing)
        self.dispatch = Dispatch(style, timing)
        self.turn_taking = TurnTaking(turns, self.planner)
        self.meters = Meters(
            timing, self.planner, turns, follows=performance.follows, own=performance.own_meters
        )
        self.listener = Listener(self.timeline, timing, self._heard)
        self.length = performance.length
        self.count_in = CountIn(performance.count_in)
        self.clock_master = ClockMaster() if performance.sends_clock else None
        self._follows = performance.follows
        self._notify = notify
        # The beat of the phrase before the music, on which the music will start.
        self._beat: FoundTempo | None = None
        # From when a plan made stale by a control may be drawn again.
        self._redraw_at = float("-inf")

    @property
    def transport(self) -> Transport | None:
        """When ticks come; None while nothing runs."""
        return self.playhead.transport

    @property
    def style(self) -> Style:
        """The preset that plays."""
        return self.timeline.context.style

    @property
    def commit_lead_seconds(self) -> float:
        """How long before its time an event is currently committed, in seconds."""
        return self.commit_lead.of(self.style)

    def perform(self, now: float, *, runs: bool) -> None:
        """Do what is due by now; `runs` says whether segue may start the beat clock: no master has it."""
        self.commit_lead.has_drawn(now)
        self.planner.place(self.transport, now)
        if self.planner.is_stale and now >= self._redraw_at:
            self.planner.is_stale, self._redraw_at = False, now + REDRAW_SECONDS
            self.planner.plan.cut()
        is_ready = self.planner.plan.first is not None or not self.planner.plays
        if self.transport is None and runs and is_ready:
            self._start_transport(now)
        if self.transport is not None:
            self.playhead.tick = self.transport.tick_at(now)
            self.pass_due(now, self.transport)
            self._take_turns(now, self.transport)
            self._commit_due(now, self.transport)
        if not self.dispatch.orders.is_empty or self.playhead.is_over:
            return  # the sender must get them first: drawing may take long
        if now >= self.planner.extend_at(self.transport):
            self.planner.draw(self.timeline.context, self.transport, now)
            self.commit_lead.draws(now)

    def _start_transport(self, now: float) -> None:
        """Start with the count-in and the first bar, or resume where the music was interrupted."""
        begin = self.earliest_start(now)
        if self.planner.floor:
            self.playhead.go_on(self.planner.floor, begin)
        else:
            self.playhead.start(self._first_tick, self._on_beat(begin))
            self.count_in.begin(self.timing.bars.meter_at(0))
        if self.clock_master is not None:
            self.clock_master.begin(self.planner.floor)

    def take_tempo(self, heard: PhraseTempo, phrase: Phrase, now: float) -> None:
        """Take up the tempo and the beat of a phrase, if they are clear: bar 1 falls on one of its beats.

        Args:
            heard: the tempo of the phrase.
            phrase: the phrase, whose events are counted in that tempo from now on.
            now: when it is over, seconds.
        """
        found = heard.found(self.timing.bars.meter_at(0))
        self.has_no_tempo = found is None
        if found is None:
            return
        by = found.bpm / self.playhead.tempo.bpm
        self.playhead.set_tempo(found.bpm)
        self._beat = found
        phrase.stretch(by)
        start = self._on_beat(self.earliest_start(now)) + self._count_in_seconds
        self.timeline.retime(heard.onsets, found.bpm, by, ticks_in(start - heard.onsets[-1], found.bpm))

    def earliest_start(self, now: float) -> float:
        """Return the first moment at which music can begin that is still to be planned, in seconds."""
        return now + max(START_DELAY, self.commit_lead_seconds) + max(0.0, self.timing.latency_seconds)

    def _on_beat(self, start: float) -> float:
        """Return when to begin, from `start` on, so that bar 1 comes on a beat of the phrase."""
        if self._beat is None:
            return start
        return self._beat.beat_from(start + self._count_in_seconds) - self._count_in_seconds

    @property
    def _first_tick(self) -> int:
        return self.count_in.first_tick(self.timing.bars.meter_at(0))

    @property
    def _count_in_seconds(self) -> float:
        return -self._first_tick * 60 / (self.playhead.tempo.bpm * PPQ)

    def _commit_due(self, now: float, transport: Transport) -> None:
        if self.playhead.is_over:
            return
        # A microsecond more: despite float rounding, an item must be due when its deadline comes.
        until = now + self.commit_lead_seconds + 1e-6
        self.dispatch.pass_until(now)
        clicks = self.count_in.coming
        while clicks and self.timing.moment(clicks[0].tick, transport) <= until:
            self.dispatch.click(clicks.popleft(), transport)
        turns = self.turn_taking.turns
        held = self.listener.keyboard.sounding if turns.accompanies else frozenset()
        while (item := self.planner.plan.uncommitted) is not None and item.placed:
            if self.timing.moment(item.tick, transport) > until:
                break
            item = self.planner.commit()
            self.planner.promise = None  # the promise is kept
            if item.after.style is not self.dispatch.style:
                transport = self._arrive(item.after.style, item.tick, transport)
            end = turns.turn.end if turns.turn is not None else None
            ends = [line for line in (self.planner.line_of_switch(item.after), end) if line]
            item.delay = turns.delay(item.tick, transport)
            self.dispatch.commit(item, min(ends, default=None), transport, held)
        self._lead(transport, until, self._end(transport))

    @property
    def _length_ticks(self) -> int | None:
        return self.length.end(self.timing.bars)

    def _end(self, transport: Transport) -> float:
        """Return when the music is over, in seconds; infinity if that is not known yet."""
        last = self.planner.plan.last
        if last is not None and isinstance(last.what, MusicEnds):
            return transport.seconds_at(last.tick)
        if not self.planner.plays and self._length_ticks is not None:
            return transport.seconds_at(self._length_ticks)
        return math.inf

    def _take_turns(self, now: float, transport: Transport) -> None:
        """While segue rests, handle the next turn, a switch to another preset, and the end of the music."""
        if self.playhead.is_over or self.planner.plays:
            return
        if self._length_ticks is not None and self.playhead.tick >= self._length_ticks:
            self._finish(self._length_ticks, transport)
            return
        if self.turn_taking.come_in(now, self.commit_lead_seconds, transport):
            self.answer_phrase()
            return
        switch = self._switch_to_come
        until = now + self.commit_lead_seconds + 1e-6
        if switch is not None and self.timing.moment(switch.line, transport) <= until:
            self.turn_taking.switch_at_rest(switch, self.timeline.context)

    def answer_phrase(self) -> None:
        """Take in that segue's turn begins after a phrase, whose key and motifs it takes up."""
        self.listener.settle()
        phrase = self.turn_taking.turns.phrase
        listens = self.style.kind.has_rhythm and self.planner.controls_of(self.style).quote > 0
        if listens and phrase is not None and len(phrase.events) >= ENOUGH:
            self.timeline.forget_before(len(phrase.events))
        self.planner.take_up(self.timeline.context)

    def _heard(self, event: Event, tick: int | None) -> None:
        """Take in an event of the musician's."""
        self.turn_taking.turns.hear(event, tick)
        self._notify(Source.PLAYER, event, tick)

    def _arrive(self, style: Style, line: int, transport: Transport) -> Transport:
        """Switch to another preset at the tick `line`, with its tempo and mode; return the new transport."""
        self.dispatch.change_sounds(style, line, transport)
        self.meters.arrive()
        if style.bpm is not None and not self._follows:
            self.playhead.set_tempo(style.bpm)
            # Change the tempo from that tick on, so that what falls on it keeps its time.
            begin = self.timing.tick_on_transport(line)
            self.playhead.transport = transport = transport.changed(begin, style.bpm)
        if style.mode is not None and style.mode is not self.turn_taking.turns.mode:
            self.turn_taking.arrive(style.mode, line)
        return transport

    @property
    def _switch_to_come(self) -> Switch | None:
        """The requested switch if it is not in the plan; a panic may have dropped it from there."""
        switch, last = self.planner.switch, self.planner.plan.last
        is_planned = switch is not None and last is not None and last.after.style is switch.style
        return None if is_planned else switch

    def apply_defaults(self, style: Style) -> None:
        """Set the tempo, the meter and the mode that a preset brings along, while nothing runs."""
        if style.bpm is not None and not self._follows:
            self.playhead.set_tempo(style.bpm)
        self.meters.bring(style, self.playhead.stopped)
        if style.mode is not None:
            self.turn_taking.choose(style.mode)

    def request(self, style: Style, now: float, grid: int | None, transport: Transport) -> None:
        """Let another preset take over on the next line: on a bar line, if it brings another meter along.

        Args:
            style: the other preset.
            now: seconds.
            grid: ticks between the lines of the grid; None for bar lines.
            transport: the beat clock.
        """
        grid = None if self.meters.changes_at(style) else grid
        line = self.next_line(now, style, grid, transport, self.meters.before_switch)
        self.planner.request(style, self.timeline.context, line)
        self.meters.follow_switch()

    def choose_meters(self, own: bool, now: float) -> None:
        """Choose whether each preset plays in its own meter: the current one does from the next line on."""
        if self.transport is not None and not self.playhead.is_over:
            bars = self.meters.before_switch
            line = self.next_line(now, self.style, None, self.transport, bars)
            self.meters.choose(own, self.style, line)
        else:
            self.meters.own = own
            self.meters.bring(self.style, self.playhead.stopped)

    def next_line(
        self,
        now: float,
        style: Style,
        grid: int | None,
        transport: Transport,
        bars: BarLines | None = None,
    ) -> int:
        """Return the next tick at which a style can come in: after the commit lead and what is committed.

        Args:
            now: seconds.
            style: the style that comes in.
            grid: ticks between the lines of the grid; None for bar lines.
            transport: the beat clock.
            bars: where the bar lines are; None for the current ones.
        """
        earliest = self.timing.first_tick(now + self.commit_lead.of(style), transport)
        if committed := self.planner.plan.committed:
            # The commit lead of what is committed may have been longer than this style's is now.
            earliest = max(earliest, committed[-1].tick + 1)
        bars = bars or self.timing.bars
        return max(0, bars.line_from(earliest) if grid is None else -(-earliest // grid) * grid)

    def _fitted(self, style: Style, controls: Controls, newest: int) -> Controls:
        mode = self.turn_taking.turns.mode
        if style is not self.dispatch.style and style.mode is not None:
            mode = style.mode  # it is about to take over, and brings its own mode
        fitted = self.listener.fitted(controls, style.parts, mode, self.playhead.tick, newest)
        phrase = self.turn_taking.turns.phrase
        if mode not in TAKES_TURNS or phrase is None or not phrase.events or not style.kind.has_rhythm:
            return fitted
        return matched(fitted, phrase, style.parts)

    def _lead(self, transport: Transport, until: float, end: float) -> None:
        """Order the clock messages due before `until`, and the Stop if the music ends by then."""
        if self.clock_master is not None:
            said = self.clock_master.say(transport, until, end)
            self.dispatch.orders.messages += said
            if end <= until and said:
                self.dispatch.quiet_at = max(self.dispatch.quiet_at, said[-1].at)

    def pass_due(self, now: float, transport: Transport) -> None:
        """Move the committed items that are due into the context, and report them."""
        for item in self.timeline.pass_until(now, transport):
            if self.planner.switch is not None and item.after.style is self.planner.switch.style:
                self.planner.switch = None
            match item.what:
                case MusicEnds():
                    self._finish(item.tick, transport)
                case TurnEnds():
                    self.turn_taking.pass_by(item)
                case Onset(event):
                    self._keep_longest_copy(item)
                    self._notify(Source.SEGUE, item.sounding or event, item.tick)

    def _keep_longest_copy(self, item: Planned) -> None:
        longest = 0 if self.longest_copy is None else self.longest_copy.run.length
        if item.after.trail.length > longest:
            self.longest_copy = LongestCopy(item.after.copying, item.after.style.name, item.tick)

    def _finish(self, tick: int, transport: Transport) -> None:
        self.playhead.is_over = True
        self.planner.plan.clear()
        end = transport.seconds_at(tick)
        self._lead(transport, end, end)

    def interrupt(self, now: float, tick: int | None = None) -> None:
        """Stop all sound and remember where the music stopped: at `tick` if the clock master gave one."""
        self.dispatch.silence()
        if self.transport is not None and not self.playhead.is_over:
            self.pass_due(now, self.transport)
            self.playhead.stop(self.timeline.context, now, tick)
            self._lead(self.transport, now, now)
        self.playhead.transport = None
        switch, self.planner.switch = self.planner.switch, None
        if switch is not None:
            self.timeline.change_style(switch.style)
            self.apply_defaults(switch.style)
        else:
            self.meters.bring(self.style, self.playhead.stopped)
        self.reset(0)

    def reset(self, line: int) -> None:
        """Forget the plan; the next event falls on the bar line at the tick `line`."""
        self.planner.reset()
        self._beat, self.has_no_tempo = None, False
        self.count_in.cancel()
        self.commit_lead.forget()
        self.timeline.reset()
        self.listener.reset()
        self.turn_taking.turns.reset(line)
        self.dispatch.take_over(self.style)
        self.playhead.tick = 0

    def go_on(self, context: Context, tick: int) -> None:
        """Continue the music from where it was interrupted: no event falls before this tick."""
        self.timeline.go_on(context)
        self.planner.floor = tick

    def move_to(self, transport: Transport, now: float) -> None:
        """Move everything still to come to another transport, and the ends of sounding notes with it."""
        self.playhead.transport = transport
        self.dispatch.move_ends(transport, now)

    def change_tempo(self, bpm: float, now: float, ramp: int = 0) -> None:
        """Change the tempo as soon as the committed events allow, evenly over `ramp` ticks."""
        self.playhead.set_tempo(bpm)
        self.has_no_tempo = False
        if self.transport is not None:
            tick = self.uncommitted_tick(now, self.transport)
            self.move_to(self.transport.changed(tick, bpm, ramp), now)

    def let_fade(self, now: float) -> None:
        """Drop the committed notes that are to come, and end those that sound by the next eighth.

        The musician has taken over.
        """
        transport, plan = self.transport, self.planner.plan
        if transport is None:
            return
        coming = [item for item in plan.committed if item.sounds_at(self.timing, transport) > now]
        notes = [item for item in coming if item.event is not None]
        if notes:
            plan.cut_where(lambda item: item is notes[0], committed=True)
            self.dispatch.drop_from(notes[0].sounds_at(self.timing, transport))
        self.dispatch.end_by((transport.tick_at(now) // EIGHTH + 1) * EIGHTH, transport, now)

    def change_swing(self, swing: float, now: float) -> None:
        """Change the swing of what is not committed, and move the ends of sounding notes with it."""
        self.timing.swing = swing
        self.planner.plan.cut()
        if self.transport is not None:
            self.dispatch.move_ends(self.transport, now)

    def drop_unheard(self, at: float) -> None:
        """Draw again what was sent but not played by `at` seconds: the sender has dropped it."""
        if self.transport is not None:
            transport = self.transport
            self.pass_due(at, transport)
            self.planner.plan.cut_where(
                lambda item: item.sounds_at(self.timing, transport) > at, committed=True
            )
        self.dispatch.forget()

    def resend_clock(self, now: float) -> None:
        """Send followers a Stop and a new start position: they missed the clock while the port was lost."""
        if self.clock_master is None or self.transport is None or self.playhead.is_over:
            return
        self.dispatch.orders.messages += self.clock_master.stop(now)
        tick = max(0, self.uncommitted_tick(now, self.transport))
        self.clock_master.begin(tick)

    def bpm_asked(self, now: float) -> float:
        """Return the tempo that applies once the committed events have passed."""
        transport = self.transport
        return (
            self.playhead.bpm
            if transport is None
            else transport.bpm_at(self.uncommitted_tick(now, transport))
        )

    def uncommitted_tick(self, now: float, transport: Transport) -> int:
        """Return the first tick from which on nothing is committed."""
        committed = now + self.commit_lead_seconds + abs(self.timing.latency_seconds)
        # A commit lead that has become shorter does not recall what was committed before.
        handed = [item.tick + 1 for item in self.planner.plan.committed]
        return max([self.playhead.first_tick, transport.tick_at(committed) + 1, *handed])

    def _next_turn_at(self, transport: Transport) -> float:
        """Return when there is something to decide while segue rests."""
        deadline = self.turn_taking.turns.deadline(self.commit_lead_seconds, transport)
        if self._length_ticks is not None:
            deadline = min(deadline, transport.seconds_at(self._length_ticks))
        if (switch := self._switch_to_come) is not None:
            deadline = min(deadline, self.timing.moment(switch.line, transport) - self.commit_lead_seconds)
        return deadline

    def deadline(self, *, runs: bool) -> float:
        """Return when something is due if no input comes in, in seconds; minus infinity for at once."""
        newest = self.planner.plan.last
        if self.transport is None and runs:
            return float("-inf")
        if self.planner.plays and (newest is None or not newest.placed):
            return float("-inf")
        deadline = self.planner.extend_at(self.transport)
        if self.planner.is_stale:
            deadline = min(deadline, self._redraw_at)
        if self.transport is None:
            return deadline
        if committed := self.planner.plan.committed:
            deadline = min(deadline, committed[0].sounds_at(self.timing, self.transport))
        coming = [
            item.tick for item in (self.planner.plan.uncommitted, *self.count_in.coming) if item is not None
        ]
        if coming:
            deadline = min(
                deadline, self.timing.moment(min(coming), self.transport) - self.commit_lead_seconds
            )
        if self.clock_master is not None:
            deadline = min(deadline, self.clock_master.deadline(self.transport) - self.commit_lead_seconds)
        if not self.planner.plays:
            deadline = min(deadline, self._next_turn_at(self.transport))
        return deadline
