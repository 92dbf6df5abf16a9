"""Makes checkpoints of a performance, and goes on from one in a new process, on a beat that went on."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from live.core.beat.transport import Transport
from live.core.input.phrase_tempo import PlayedPhrase
from live.core.performer.checkpoint import Checkpoint, Past, Place, StoppedAt, SwitchAhead
from live.core.performer.engine import Engine
from live.core.performer.playhead import Stop
from live.core.planning.context import Context
from live.core.planning.plan import TurnEnds
from live.core.planning.planner import PlannerState, Switch
from live.core.planning.states import State
from live.core.planning.style import Style
from live.core.planning.turns import Turn, TurnsState
from live.core.sync.midi_clock import CLOCK_TICK, interval_of
from presets.music.form import Form
from presets.music.window import Window

SILENCE_SECONDS = 3.0
"""Seconds after the end of a process in which no new one plays: so the music goes on at a moment that the
musician can expect, although loading a preset takes longer on a busy computer."""

SAME_SECONDS, SAME_BPM = 0.001, 0.01
"""A clock that is nearer to its tick, in a tempo that is nearer to the music's, is taken as on it: intervals
between clocks are rounded."""


@dataclass(frozen=True, slots=True)
class Comeback:
    """When, and on which beat, a performance goes on in a new process. Times are on the stage's clock.

    Attributes:
        died_at: when the process ended that made the checkpoint, seconds.
        now: seconds.
        lead_seconds: how far ahead of time the outputs need a note.
        clock: when a clock was sent to the followers in the meantime, and the seconds from one to the next;
            None if none was. If it was sent in another tempo than the music has, because that was to change,
            the music goes on where it is, and returns to its tempo from the first tick that can be reached.
        transport: the clock master's beat, if one leads that somebody has followed; None for the tempo that
            the checkpoint has.
        clock_from: the first tick whose clock is to be ordered; None for the first one from `now` on. Who
            keeps the clock of the followers until then leaves out what was sent already.
    """

    died_at: float
    now: float
    lead_seconds: float = 0.0
    clock: tuple[float, float] | None = None
    transport: Transport | None = None
    clock_from: int | None = None


def checkpoint_of(
    engine: Engine, state: State, phrase: PlayedPhrase | None, number_of: Callable[[Style], int], now: float
) -> Checkpoint:
    """Return the checkpoint of a performance.

    Args:
        engine: plays it.
        state: what the performer is doing.
        phrase: what is known of the tempo of the phrase that segue listens to; None if it does not matter.
        number_of: returns the number of a preset.
        now: seconds.
    """
    planner, dispatch = engine.planner, engine.dispatch
    committed, switch = planner.plan.committed, planner.switch_ahead
    context = committed[-1].after if committed else engine.timeline.context
    turns = engine.turn_taking.turns.state
    end = None if turns.turn is None else turns.turn.end
    if any(isinstance(item.what, TurnEnds) and item.tick == end for item in committed):
        turns = turns.after_turn
    return Checkpoint(
        state=state,
        preset=number_of(context.style),
        controls=tuple((number_of(style), set_to) for style, set_to in planner.changed_controls.items()),
        switch=None if switch is None else SwitchAhead(number_of(switch.style), switch.line),
        past=_past(context),
        place=_place(engine, context.style, now),
        planner=planner.state,
        turns=turns,
        listener=engine.listener.state,
        phrase=phrase,
        length=engine.length,
        muted=dispatch.muted,
        rested=dispatch.rested,
        has_no_tempo=engine.has_no_tempo,
        longest_copy=engine.longest_copy,
    )


def recover(
    engine: Engine, checkpoint: Checkpoint, styles: Mapping[int, Style], comeback: Comeback
) -> int | None:
    """Let an engine that has not played yet go on from a checkpoint.

    If it is segue's turn, its next event falls on the first bar line that comes `SILENCE_SECONDS` after the
    end of the other process or later, and that can be reached. All keys are up, and the musician's rest
    begins now: nobody knows what they played meanwhile.

    Args:
        engine: made for the preset of the checkpoint.
        checkpoint: where to go on.
        styles: by their numbers, the presets that are ready; the one that plays is among them.
        comeback: when and on which beat.

    Returns:
        The tick of that bar line; None if nothing runs.

    Raises:
        FormError: if the preset has other forms than it had.
    """
    planner, style = engine.planner, styles[checkpoint.preset]
    engine.timeline.context = _context(checkpoint.past, style)
    engine.dispatch.take_over(style)
    engine.dispatch.muted, engine.dispatch.rested = checkpoint.muted, checkpoint.rested
    engine.commit_lead.lead_seconds = comeback.lead_seconds
    engine.has_no_tempo, engine.longest_copy = checkpoint.has_no_tempo, checkpoint.longest_copy
    engine.listener.restore(checkpoint.listener)
    engine.meters.restore(checkpoint.place.bars)
    for number, controls in checkpoint.controls:
        if number in styles:
            planner.set_controls(styles[number], controls)
    _return_to(engine, checkpoint.place, style, comeback)
    line, transport, state = None, engine.transport, checkpoint.planner
    tick = 0 if transport is None else transport.tick_at(comeback.now)
    turns = checkpoint.turns.resting_from(comeback.now, tick)
    if transport is not None and not engine.playhead.is_over:
        line = _line(engine, transport, comeback)
        turns, state = _from_line(turns, state, line)
        if checkpoint.switch is not None and checkpoint.switch.preset in styles:
            ahead = checkpoint.switch
            planner.switch = Switch(styles[ahead.preset], max(line, ahead.line))
        _count(engine, checkpoint.place, transport, line, comeback)
    engine.turn_taking.turns.restore(turns)
    planner.restore(state)
    engine.meters.follow_switch()
    return line


def _past(context: Context) -> Past:
    return Past(
        context.window.events,
        context.position,
        context.onset,
        context.own,
        context.played,
        context.sounded,
        context.trail,
        None if context.form is None else context.form.state_at(context.own or 0),
    )


def _context(past: Past, style: Style) -> Context:
    form = None
    if past.form is not None and style.forms is not None:
        form = Form.restored(style.forms, past.form)
    window = Window.of(past.events, style.events_kept)
    return Context(
        style, window, past.position, past.onset, past.own, past.played, past.sounded, past.trail, form
    )


def _place(engine: Engine, style: Style, now: float) -> Place:
    """Return where the music is; `style` is that of the newest committed event."""
    playhead, stopped, transport = engine.playhead, None, engine.transport
    if playhead.stopped is not None:
        past = _past(playhead.stopped.context)
        if playhead.stopped.context.style is not style:
            past = replace(past, form=None)  # the form is of another preset
        stopped = StoppedAt(past, playhead.stopped.tick, playhead.stopped.bpm)
    return Place(
        playhead.tempo.state,
        None if transport is None else _since(transport, now),
        playhead.first_tick,
        playhead.takes,
        stopped,
        playhead.is_over,
        bool(engine.count_in.coming),
        engine.meters.before_switch,
        engine.timing.swing,
        engine.meters.own,
        None if engine.clock_master is None else engine.clock_master.state,
    )


def _since(transport: Transport, now: float) -> Transport:
    """Return a transport without the tempos that are over."""
    begun = bisect_right(transport.segments, now, lo=1, key=lambda segment: segment.at)
    return Transport(transport.segments[begun - 1 :])


def _return_to(engine: Engine, place: Place, style: Style, comeback: Comeback) -> None:
    """Set the playhead to a place, on the beat as it went on."""
    playhead = engine.playhead
    playhead.first_tick, playhead.takes, playhead.is_over = place.first_tick, place.takes, place.is_over
    if place.tempo.are_cancelled:
        playhead.tempo.set(place.tempo.bpm, runs=True)
    if place.transport is not None:
        playhead.transport = comeback.transport or place.transport
        beat = _beat_of_clock(place, place.transport, comeback)
        if beat is not None:
            reached = engine.uncommitted_tick(comeback.now, beat)
            playhead.transport = _in_tempo(beat, place.transport, reached)
    if place.stopped is not None:
        at = place.stopped
        playhead.stopped = Stop(_context(at.past, style), at.tick, at.bpm)


def _beat_of_clock(place: Place, transport: Transport, comeback: Comeback) -> Transport | None:
    """Return the beat of the clock that followers heard meanwhile; None if that is the transport itself."""
    if comeback.clock is None or place.clock is None or place.clock.next_tick is None:
        return None
    at, interval = comeback.clock
    ordered = place.clock.next_tick - CLOCK_TICK  # the last clock that the other process ordered
    tick = ordered + CLOCK_TICK * round((at - transport.seconds_at(ordered)) / interval)
    bpm = interval_of(interval)
    is_near = abs(transport.seconds_at(tick) - at) < SAME_SECONDS
    if is_near and abs(transport.bpm_at(tick) - bpm) < SAME_BPM:
        return None
    return Transport.through(tick, at, bpm)


def _in_tempo(transport: Transport, planned: Transport, tick: int) -> Transport:
    """Return a transport in the tempo that another one has from a tick on, with its changes to come."""
    if abs(planned.bpm_at(tick) - transport.bpm_at(tick)) >= SAME_BPM:
        transport = transport.changed(tick, planned.bpm_at(tick))
    ramp_ends = None
    for segment, after in zip(planned.segments, [*planned.segments[1:], None], strict=True):
        begin = round(segment.tick)
        if begin <= tick or begin == ramp_ends:
            continue
        if after is not None and segment.slope:
            ramp_ends = round(after.tick)
            transport = transport.changed(begin, after.bpm, ramp_ends - begin)
        else:
            transport = transport.changed(begin, segment.bpm)
    return transport


def _line(engine: Engine, transport: Transport, comeback: Comeback) -> int:
    """Return the tick of the bar line on which the music goes on."""
    silent_until = comeback.died_at + SILENCE_SECONDS
    tick = transport.tick_at(silent_until)
    if transport.seconds_at(tick) < silent_until - 1e-6:
        tick += 1
    reached = engine.timing.first_tick(engine.earliest_start(comeback.now), transport)
    return max(0, engine.timing.bars.line_from(max(tick, reached)))


def _from_line(turns: TurnsState, planner: PlannerState, line: int) -> tuple[TurnsState, PlannerState]:
    """Return whose turn it is, and how segue goes on, if it plays nothing before a bar line."""
    turn = turns.turn
    if turn is None:
        return turns, planner
    begin = max(turn.begin, line)
    if turn.end is not None and turn.end <= begin:
        return turns.after_turn, planner
    variation = planner.variation
    if variation is not None and variation.begin == turn.begin:
        variation = replace(variation, begin=begin)
    return replace(turns, turn=Turn(begin, turn.end)), replace(planner, variation=variation)


def _count(engine: Engine, place: Place, transport: Transport, line: int, comeback: Comeback) -> None:
    """Go on with the clicks of the count-in, and with the clock of the followers."""
    reached = engine.uncommitted_tick(comeback.now, transport)
    if place.counts_in:
        engine.count_in.go_on(engine.timing.bars.meter_at(0), reached)
    master, clock = engine.clock_master, place.clock
    if master is None or clock is None:
        return
    if clock.next_tick is not None:
        now = transport.tick_at(comeback.now)
        master.join(now if comeback.clock_from is None else comeback.clock_from)
    elif clock.begins is not None:
        master.begin(clock.begins if clock.begins >= reached else line)
