"""The performer: listens to the keyboard, keeps the context, and decides what segue plays when."""

from collections import deque
from collections.abc import Callable, Mapping

import numpy as np

from live.core.beat.transport import Transport
from live.core.controls.control_state import ControlState
from live.core.controls.mode import Mode
from live.core.controls.table import Controls
from live.core.input.keyboard import Chord, KeyId, Released
from live.core.input.phrase_tempo import PhraseTempo
from live.core.output.orders import Orders, SoundMessages
from live.core.output.schedule import LATE_LIMIT
from live.core.performer.checkpoint import Checkpoint
from live.core.performer.engine import Engine
from live.core.performer.performance import Performance
from live.core.performer.playhead import Stop
from live.core.performer.recovery import Comeback, checkpoint_of, recover
from live.core.performer.status import BeatClock, Copies, Status
from live.core.planning.context import Context
from live.core.planning.states import Entry, Source, State
from live.core.planning.style import Style
from live.core.sync.clock_sender import SIXTEENTH
from presets.bundles.settings import BPM, Meter
from presets.music.event import Event

NOTICE_BARS = 4
"""Bars for which segue says that the phrase before the music had no clear tempo."""


class Performer:
    """Decides what segue plays when. Owned by one thread; call `pump` with the time and obey its orders.

    It plans up to a bar ahead of the beat, one event a call. It commits an event - hands it to the outputs -
    when the time until the event is shorter than the commit lead. When the context or the settings change (a
    chord on the keyboard, a control, another preset), it drops the events that are not committed and draws
    them again.

    A network with rhythm predicts the time from the newest event of the window, whoever played it, to the
    next one; a network without rhythm plays in steps. The first event after a start falls on a bar line.

    A committed event stays in the window even if nobody heard it because the port was lost or a sender
    dropped it as too late.

    Args:
        performance: what to perform.
        rng: the only source of chance.

    Attributes:
        performance: the argument.
        state: what the performer is doing.
        deadline: when to pump again, seconds: minus infinity for at once, infinity if only input can wake it.
    """

    def __init__(self, performance: Performance, rng: np.random.Generator) -> None:
        self.performance = performance
        self.state = State.LISTENING if performance.wait else State.STOPPED
        self.deadline = float("inf")
        self._history: deque[Entry] = deque(maxlen=32)
        self._engine = Engine(performance, rng, self._notify_watchers)
        self._listener = self._engine.listener
        self._keyboard = self._engine.listener.keyboard
        self._turn_taking = self._engine.turn_taking
        self._planner = self._engine.planner
        self._phrase_tempo = PhraseTempo() if performance.tempo_from_phrase else None

    @property
    def style(self) -> Style:
        """The current preset."""
        return self._engine.style

    @property
    def sounds(self) -> SoundMessages:
        """The messages that select the current preset's sounds, for a new port or listener."""
        return self._engine.dispatch.sounds

    def status(self, now: float) -> Status:
        """Return the performer's status; `now` is in seconds."""
        engine, style = self._engine, self.style
        context, controls = engine.timeline.context, self._planner.controls_of(style)
        return Status(
            at=now,
            state=self.state,
            style=style,
            switch=self._planner.switch,
            clock=self._beat_clock(now),
            mode=self._turn_taking.turns.mode,
            muted=engine.dispatch.muted,
            controls=controls,
            turn=self._turn_taking.turns.turn,
            turn_bars=self._turn_taking.turns.turn_bars,
            form=context.form,
            key_heard=self._listener.key,
            harmony_heard=self._listener.harmony(engine.playhead.tick),
            history=tuple(self._history),
            window=context.window,
            played=context.played,
            rested=engine.dispatch.rested,
            copies=Copies(context.copying, engine.longest_copy, controls.originality),
            trouble=self._planner.trouble,
            commit_lead=engine.commit_lead_seconds,
            quiet_at=engine.dispatch.quiet_at,
            has_no_tempo=engine.has_no_tempo and engine.playhead.tick < engine.timing.bars.line(NOTICE_BARS),
        )

    def _beat_clock(self, now: float) -> BeatClock:
        playhead, stopped = self._engine.playhead, self._stopped
        tick = None
        if playhead.transport is not None:
            # Nothing comes before the first tick, which a count-in makes negative.
            tick = max(playhead.first_tick, playhead.transport.tick_at(now))
        return BeatClock(
            bars=self._engine.timing.bars,
            bpm=playhead.bpm,
            swing=self._engine.timing.swing,
            follows=self.performance.follows,
            tick=tick,
            transport=playhead.transport,
            goes_on_at=None if stopped is None else stopped.tick,
            take=playhead.takes,
            first_tick=playhead.first_tick,
        )

    def control_state(self, now: float) -> ControlState:
        """Return the values of everything that the musician can change, as last requested."""
        return ControlState(
            self._planner.controls_of(self.style),
            self._engine.timing.swing,
            self._engine.bpm_asked(now),
            self._turn_taking.turns.mode,
            self._engine.dispatch.muted,
            self._engine.meters.own,
            self.style.controls.key,
            self.style.controls.follow_key,
        )

    def apply(self, control_state: ControlState, now: float, grid: int | None = None) -> None:
        """Apply changed controls: from the commit lead on, or for a mode as `change_mode` says.

        Args:
            control_state: the present control state with the changes.
            now: seconds.
            grid: see `change_mode`.
        """
        before = self.control_state(now)
        if control_state.controls != before.controls:
            self._planner.set_controls(self.style, control_state.controls)
            self._wake()
        if control_state.swing != before.swing:
            self._engine.change_swing(control_state.swing, now)
            self._wake()
        if control_state.bpm != before.bpm:
            self.change_tempo(control_state.bpm, now)
        if control_state.mode is not before.mode:
            self.change_mode(control_state.mode, now, grid)
        if control_state.own_meters != before.own_meters:
            self._engine.choose_meters(control_state.own_meters, now)
            self._wake()
        if control_state.muted != before.muted:
            self._mute(control_state.muted)

    def checkpoint(self, number_of: Callable[[Style], int], now: float) -> Checkpoint:
        """Return all that a performer in another process needs to go on with the performance.

        Args:
            number_of: returns the number of a preset, by which `recover` finds it again.
            now: seconds.
        """
        phrase = None
        if self._phrase_tempo is not None and self.state is State.LISTENING:
            phrase = self._phrase_tempo.played
        return checkpoint_of(self._engine, self.state, phrase, number_of, now)

    def recover(self, checkpoint: Checkpoint, styles: Mapping[int, Style], comeback: Comeback) -> int | None:
        """Go on from a checkpoint, before anything else is done; see `recovery.recover`.

        The performance must be `checkpoint.performance(...)` of one that begins with the checkpoint's preset.

        Returns:
            The tick of the bar line on which the music goes on; None if nothing runs.

        Raises:
            FormError: if the preset has other forms than it had.
        """
        self.state = checkpoint.state
        if self._phrase_tempo is not None and checkpoint.phrase is not None:
            self._phrase_tempo.go_on(checkpoint.phrase)
        self._wake()
        return recover(self._engine, checkpoint, styles, comeback)

    def set_controls(self, style: Style, controls: Controls) -> None:
        """Set the controls of a preset, which need not be the one that plays."""
        self._planner.set_controls(style, controls)
        self._wake()

    def start(self, now: float | None = None) -> None:
        """Play from the first bar line; a phrase heard so far becomes the window.

        If another device's clock leads, wait for its Start.

        Args:
            now: seconds; None for when the musician played last.
        """
        if self.state in (State.PLAYING, State.WAITING):
            return
        phrase = self._turn_taking.turns.phrase if self.state is State.LISTENING else None
        self._engine.reset(0)
        self._engine.playhead.rewind()
        self._engine.meters.start_anew()
        self.state = State.WAITING if self.performance.follows else State.PLAYING
        if phrase is not None:
            if self._phrase_tempo is not None:
                over = phrase.ended or phrase.struck
                self._engine.take_tempo(self._phrase_tempo, phrase, over if now is None else now)
            self._turn_taking.turns.answer_first(phrase, self._engine.playhead.tempo.bpm)
            self._engine.answer_phrase()
        self._wake()

    def restart(self, now: float) -> None:
        """Start again from the first bar line, with the preset's own seed if it has one."""
        self._engine.interrupt(now)
        if self.style.seed is not None:
            meter = self._engine.timing.bars.newest
            self._engine.timeline.context = Context.of_seed(self.style, self.style.seed, meter)
        self.state = State.STOPPED
        self.start()

    def resume(self) -> None:
        """Continue from where it stopped, on a sixteenth; start if it had not, or if another clock leads."""
        stopped = self._stopped
        if stopped is None:
            self.start()
            return
        self._engine.go_on(stopped.context, stopped.tick)
        self.state = State.PLAYING
        self._wake()

    def stop(self, now: float) -> None:
        """Stop playing, and end the notes that sound.

        A phrase that segue was listening to becomes the window, and whatever the musician plays joins it.
        """
        self._engine.interrupt(now)
        self.state = State.FINISHED if self._engine.playhead.is_over else State.STOPPED
        self._wake()

    def panic(self, at: float) -> None:
        """Release every key, and draw the events again that the outputs drop unheard in their own panic."""
        self.release_all(at)
        self._engine.drop_unheard(at)
        self._wake()

    def press(self, key: KeyId, velocity: int, at: float) -> None:
        """Take a note-on from the keyboard, `at` seconds."""
        if self._turn_taking.press(at, self._engine.transport):
            self._engine.let_fade(at)
        if self._turn_taking.turns.accompanies:
            self._engine.dispatch.end_note(key[-1], at)
        self._hear(self._keyboard.press(key, velocity, at))

    def release(self, key: KeyId, at: float) -> None:
        """Take a note-off from the keyboard, `at` seconds."""
        self._hear(self._keyboard.release(key, at))
        self._hear_quiet(at)

    def pedal(self, source: int, channel: int, down: bool, at: float) -> None:
        """Take the sustain pedal of an input's channel: the notes that it holds sound until it comes up."""
        self._hear(self._keyboard.pedal(source, channel, down, at))
        self._hear_quiet(at)

    def release_all(self, at: float, source: int | None = None) -> None:
        """Release every key, or those of one input, because a keyboard is gone."""
        self._hear(self._keyboard.release_all(at, source))
        self._hear_quiet(at)

    def go(self, now: float | None = None) -> None:
        """End the musician's phrase or call at their request: segue's turn starts on the next line.

        Args:
            now: seconds; as of `start`.
        """
        if self.state is State.LISTENING:
            self.start(now)
        self._turn_taking.turns.go()
        self._wake()

    def change_mode(self, mode: Mode, now: float, grid: int | None = None) -> None:
        """Change the mode.

        Segue comes in on the next line. If it must rest in the new mode, it plays only what it has committed.
        If it was playing and the new mode has turns, it continues until the musician plays, or in `ANSWER` up
        to the next bar line.

        Args:
            mode: the new mode.
            now: seconds.
            grid: ticks between the lines on which segue may come in; None for bars.
        """
        if mode is self._turn_taking.turns.mode:
            return
        transport = self._engine.transport
        if transport is not None and self.state is State.PLAYING:
            line = self._engine.next_line(now, self.style, grid, transport)
            self._turn_taking.change(mode, line, self._engine.next_line(now, self.style, None, transport))
        else:
            self._turn_taking.choose(mode)
        self._wake()

    def change_tempo(self, bpm: float, now: float, ramp: int = 0) -> None:
        """Change the tempo after the committed events; do nothing if another device's clock leads.

        Args:
            bpm: the new tempo, 20..400.
            now: seconds.
            ramp: ticks over which the tempo changes evenly.

        Raises:
            SettingsError: if the tempo is out of range.
        """
        if self.performance.follows:
            return
        self._engine.change_tempo(bpm, now, ramp)
        self._wake()

    def nudge_tempo(self, by: float, now: float) -> None:
        """Change the tempo by a number of quarter notes a minute, to a whole number within the tempo range.

        Nudges add up, even if they come faster than the tempo can follow.
        """
        self.change_tempo(min(BPM.high, max(BPM.low, round(self._engine.bpm_asked(now)) + by)), now)

    def request(self, style: Style, now: float, grid: int | None = None) -> None:
        """Let another preset take over; a newer request replaces it, one for the current preset cancels it.

        The preset takes over on the next line that is at least one commit lead away; on a bar line, if it
        brings another meter along. Until then the current
        preset continues, and its notes end on that line. While nothing plays, the preset takes over at once.

        Args:
            style: the other preset.
            now: seconds.
            grid: ticks between the lines on which it may take over; None for bars.
        """
        transport = self._engine.transport
        if transport is not None and self.state is State.PLAYING:
            self._engine.request(style, now, grid, transport)
        else:
            self._engine.timeline.change_style(style)
            self._engine.dispatch.take_over(style)
            self._engine.apply_defaults(style)
        self._wake()

    def meter_of(self, style: Style) -> Meter:
        """Return the meter that a preset would play in, if it were requested now."""
        meters = self._engine.meters
        return meters.brought_by(style) or meters.before_switch.newest

    def begin_at(self, tick: int, transport: Transport, now: float) -> None:
        """Obey the master's Start: play from this tick, at its time on this transport."""
        if self.state not in (State.WAITING, State.PLAYING):
            return
        engine, stopped = self._engine, self._engine.playhead.stopped
        if self.state is State.PLAYING:
            engine.interrupt(now)
            if engine.playhead.is_over:
                self.state = State.FINISHED
                return
        # A master may continue at the start of the sixteenth in which it stopped.
        if stopped is not None and tick and abs(tick - stopped.tick) < SIXTEENTH:
            self._planner.plan.clear()
            engine.go_on(stopped.context, tick)
        elif tick or self.state is State.PLAYING:
            engine.reset(engine.timing.bars.line_from(tick))
        # Events due at the start itself come late, but must not be skipped.
        self._planner.hurries_until = now + LATE_LIMIT
        engine.playhead.join(transport, tick)
        self.state = State.PLAYING
        self._wake()

    def follow(self, transport: Transport, now: float) -> None:
        """Follow the master's tempo and phase, as known by now."""
        if self._engine.transport is not None and self.state is State.PLAYING:
            self._engine.move_to(transport, now)
        self._wake()

    def halt(self, tick: int, now: float) -> None:
        """Obey the master's Stop at a tick, and wait for its next Start."""
        if self.state is State.PLAYING:
            self._engine.interrupt(now, tick)
            self.state = State.FINISHED if self._engine.playhead.is_over else State.WAITING
            self._wake()

    def resend_clock(self, now: float) -> None:
        """Send the position again to following devices: they missed everything while the port was lost."""
        self._engine.resend_clock(now)
        self._wake()

    def pump(self, now: float, lead_seconds: float = 0.0) -> Orders:
        """Do everything that is due, and return the orders for the outputs.

        A prediction takes time, so the same call commits nothing: pump again with a fresh `now` (`deadline`
        asks for it).

        Args:
            now: seconds.
            lead_seconds: how far ahead of time the outputs need a note.
        """
        self._engine.commit_lead.lead_seconds = lead_seconds
        self._hear(self._keyboard.pump(now))
        if self.state is State.LISTENING and now >= self._phrase_end(now):
            self.start(now)
        if self.state in (State.PLAYING, State.WAITING):
            self._engine.perform(now, runs=self.state is State.PLAYING)
        if self._engine.playhead.is_over:
            self.state = State.FINISHED
        self.deadline = self._next_deadline(now)
        return self._engine.dispatch.take()

    @property
    def _stopped(self) -> Stop | None:
        """Where stopped music will continue; None while it runs, or if it would start again."""
        is_stopped = self.state is State.STOPPED and not self.performance.follows
        return self._engine.playhead.stopped if is_stopped else None

    def _mute(self, muted: bool) -> None:
        self._engine.dispatch.muted = muted
        if muted:
            self._engine.dispatch.silence()
        self._wake()

    def _phrase_end(self, now: float) -> float:
        """Return when the phrase is over if nothing more is played; infinity before it has begun."""
        phrase, bpm = self._turn_taking.turns.phrase, self._engine.playhead.tempo.bpm
        if phrase is None or not self._listener.phrase_begun:
            return float("inf")
        return (
            phrase.over_at(bpm)
            if self._phrase_tempo is None
            else self._phrase_tempo.over_at(phrase, now, bpm, self._engine.timing.bars.meter_at(0))
        )

    def _hear_quiet(self, at: float) -> None:
        """Start the musician's rest if they hold no sounding note."""
        if not self._keyboard.held:
            self._turn_taking.turns.quiet(at)

    def _hear(self, completed: list[Chord | Released]) -> None:
        """Add what the keyboard has completed to the music."""
        if not completed:
            return
        transport, bpm = self._engine.transport, self._engine.playhead.bpm
        if transport is not None and any(isinstance(item, Chord) for item in completed):
            self._planner.redraw_for_hands()
        listens = self.state is State.LISTENING
        controls = self._planner.controls_of(self.style)
        if listens and self._phrase_tempo is not None:
            self._phrase_tempo.hear(completed)
        self._listener.hear(completed, controls, transport, bpm, listens=listens)
        self._wake()

    def _notify_watchers(self, source: Source, event: Event, tick: int | None) -> None:
        self._history.append(Entry(source, event, self.style.predictor.understand(event), tick))

    def _wake(self) -> None:
        self.deadline = float("-inf")

    def _next_deadline(self, now: float) -> float:
        """Return when something is due if nothing comes in."""
        deadline = self._keyboard.deadline
        if self.state is State.LISTENING:
            return min(deadline, self._phrase_end(now))
        if self.state not in (State.PLAYING, State.WAITING):
            return deadline
        return min(deadline, self._engine.deadline(runs=self.state is State.PLAYING))
