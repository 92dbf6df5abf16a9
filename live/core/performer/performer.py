"""The performer: hears the keyboard, keeps the past, and decides what is played when."""

from collections import deque
from collections.abc import Sequence

import numpy as np

from live.core.beat.tempo import Tempo, TempoChange
from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.controls.control_state import ControlState
from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.controls.values import Controls
from live.core.input.keyboard import CHORD_SPAN, DELIVERY, Chord, KeyId, Released
from live.core.output.orders import Orders, SoundMessages
from live.core.output.schedule import LATE_LIMIT
from live.core.performer.engine import Engine
from live.core.planning.context import Context
from live.core.planning.planner import Switch
from live.core.planning.states import Entry, Length, LongestCopy, Source, State
from live.core.planning.style import Style
from live.core.planning.turns import Turn
from live.core.sync.clock_master import ClockMaster
from live.core.sync.clock_sender import SIXTEENTH
from presets.bundles.seed import Seed
from presets.bundles.settings import BPM, Meter
from presets.music.event import Event
from presets.music.originality import VerbatimPassage
from presets.music.window import Window


class Performer:
    """Decides what sounds when. Owned by one thread; `pump` with the current time and obey what it returns.

    It plans up to a bar ahead of the beat, an event a call. An event is committed, that is handed to the
    player, when its moment is nearer than the horizon. What is not committed is dropped and planned anew when
    its past changes, or what it was drawn by: a chord on the keyboard, a control, another preset.

    A network with a rhythm says when an event comes after the newest of the window, segue's or the player's;
    one without plays in steps. The first event after a start falls on a bar line.

    What was committed is in the window even where nobody heard it: while the port was lost, or dropped by the
    player because it came too late.

    Args:
        style: the preset that begins.
        meter: time signature.
        bpm: quarter notes a minute, until something changes it.
        seed: the first window, as it would have sounded.
        rng: the only source of chance.
        length: when to stop by itself.
        wait: whether to listen first; the phrase then replaces the window.
        follows: whether another master starts, stops and times the music (`begin_at`, `follow`, `halt`).
        timing: how notes lie on the beat.
        count_in: bars of clicks before the first.
        tempo_changes: in order; a tempo set while the music runs takes the place of those yet to come.
        clock_master: tells others the beat; None to keep it.
        mode: the way of playing.

    Attributes:
        state: what it is doing.
        meter: as given.
        deadline: when to pump again, seconds: in the past for at once, infinity if only input can wake.
        history: the newest events with who played them, for those who watch.
    """

    def __init__(
        self,
        style: Style,
        *,
        meter: Meter,
        bpm: float,
        seed: Seed,
        rng: np.random.Generator,
        length: Length | None = None,
        wait: bool = False,
        follows: bool = False,
        timing: Timing | None = None,
        count_in: int = 0,
        tempo_changes: Sequence[TempoChange] = (),
        clock_master: ClockMaster | None = None,
        mode: Mode = Mode.STREAM,
    ) -> None:
        self.meter = meter
        self.state = State.LISTENING if wait else State.STOPPED
        self.deadline = float("inf")
        self.history: deque[Entry] = deque(maxlen=32)
        self._follows = follows
        self._tempo = Tempo(bpm, tempo_changes)
        self._engine = Engine(
            style,
            meter=meter,
            seed=seed,
            rng=rng,
            tempo=self._tempo,
            length=length or Length(),
            timing=timing or Timing(),
            count_in=count_in,
            clock_master=clock_master,
            mode=mode,
            follows=follows,
            notify=self._notify_watchers,
        )
        self._listener = self._engine.listener
        self._keyboard = self._engine.listener.keyboard
        self._interplay = self._engine.interplay
        self._planner = self._engine.planner

    @property
    def transport(self) -> Transport | None:
        """The beat clock; None while nothing runs."""
        return self._engine.transport

    @property
    def goes_on_at(self) -> int | None:
        """The tick that `resume` goes on at; None while it plays, and where it would begin anew."""
        stopped = self._engine.playhead.stopped
        if self.state is not State.STOPPED or stopped is None or self._follows:
            return None
        return stopped.tick

    @property
    def takes(self) -> int:
        """How often the music has begun."""
        return self._engine.playhead.takes

    @property
    def first_tick(self) -> int:
        """Where it began the last time: 0, below it for a count-in, or where it went on."""
        return self._engine.playhead.first_tick

    @property
    def style(self) -> Style:
        """The preset that plays."""
        return self._engine.style

    @property
    def window(self) -> Window:
        """The newest events, segue's and the player's."""
        return self._engine.timeline.context.window

    @property
    def played(self) -> int:
        """Events played since the beginning."""
        return self._engine.timeline.context.played

    @property
    def rested(self) -> int:
        """How often since the beginning something waited, because the network failed or was too slow."""
        return self._engine.dispatch.rested

    def tick_on_transport(self, tick: int) -> int:
        """Return where on the beat clock an event of this tick sounds: swing moves those off the beat."""
        return self._engine.timing.tick_on_transport(tick)

    @property
    def copying(self) -> VerbatimPassage:
        """The verbatim passage that ends with the newest event of segue's that was heard."""
        return self._engine.timeline.context.copying

    @property
    def longest_copy(self) -> LongestCopy | None:
        """The longest verbatim passage since the beginning; None if there was none."""
        return self._engine.longest_copy

    @property
    def trouble(self) -> str | None:
        """Why it rests; None while all is well."""
        return self._planner.trouble

    @property
    def switch(self) -> Switch | None:
        """The preset that is going to take over; None if none is."""
        return self._planner.switch

    @property
    def quiet_at(self) -> float:
        """When the last note handed over ends, seconds."""
        return self._engine.dispatch.quiet_at

    @property
    def sounds(self) -> SoundMessages:
        """What selects the sounds of the preset that plays, for a port or a listener that is new."""
        return self._engine.dispatch.sounds

    @property
    def bpm(self) -> float:
        """Quarter notes a minute, now; while nothing runs, those it would go on in."""
        return self._engine.playhead.bpm

    @property
    def lead_seconds(self) -> float:
        """How long before its moment the player wants a note; the owner sets it."""
        return self._engine.commit_lead.lead_seconds

    @lead_seconds.setter
    def lead_seconds(self, seconds: float) -> None:
        self._engine.commit_lead.lead_seconds = seconds

    @property
    def commit_lead(self) -> float:
        """Seconds before its moment that an event is committed: what handing over and drawing may take.

        A network that turns out to be slow has a far one, for nothing is handed over while it draws.
        """
        return self._engine.commit_lead_seconds

    @property
    def key_lead(self) -> float:
        """Seconds from a key going down to the first moment whose event may know it: a chord takes time."""
        return CHORD_SPAN + DELIVERY + self.commit_lead

    @property
    def controls(self) -> Controls:
        """How events of the present preset are drawn and struck; set, they hold from the horizon on."""
        return self._planner.controls_of(self.style)

    @controls.setter
    def controls(self, controls: Controls) -> None:
        self._planner.set_controls(self.style, controls)
        self._wake()

    @property
    def mode(self) -> Mode:
        """The way of playing."""
        return self._interplay.turns.mode

    @property
    def muted(self) -> bool:
        """Whether nothing that segue plays is heard."""
        return self._engine.dispatch.muted

    @property
    def turn(self) -> Turn | None:
        """Segue's turn, running or to come; None while it is the player's."""
        return self._interplay.turns.turn

    @property
    def key_heard(self) -> Key | None:
        """The key that the player is in, as far as that is sure."""
        return self._listener.key

    def control_state(self, now: float) -> ControlState:
        """Return all that a hand can turn, as it was asked for last."""
        own_key = self.style.controls.key
        return ControlState(
            self.controls,
            self._engine.timing.swing,
            self._engine.bpm_asked(now),
            self.mode,
            self._engine.dispatch.muted,
            own_key,
        )

    def turn_to(self, control_state: ControlState, now: float, grid: int | None = None) -> None:
        """Let what a hand has turned hold: from the horizon on, a way of playing as `change_mode` says.

        Args:
            control_state: the present one with what was turned.
            now: seconds.
            grid: see `change_mode`.
        """
        before = self.control_state(now)
        if control_state.controls != before.controls:
            self.controls = control_state.controls
        if control_state.swing != before.swing:
            self._engine.change_swing(control_state.swing, now)
            self._wake()
        if control_state.bpm != before.bpm:
            self.change_tempo(control_state.bpm, now)
        if control_state.mode is not before.mode:
            self.change_mode(control_state.mode, now, grid)
        if control_state.muted != before.muted:
            self._mute(control_state.muted)

    def start(self) -> None:
        """Play from the first bar line; a phrase heard so far becomes the window.

        Where another master leads, wait for its start.
        """
        if self.state in (State.PLAYING, State.WAITING):
            return
        phrase = self._interplay.turns.phrase if self.state is State.LISTENING else None
        self._engine.reset(0)
        self._engine.playhead.rewind()
        self.state = State.WAITING if self._follows else State.PLAYING
        if phrase is not None:
            self._interplay.turns.answer_first(phrase, self._tempo.bpm)
        self._wake()

    def restart(self, now: float) -> None:
        """Begin anew with the preset's own seed, if it brought one; from the first bar line."""
        self._engine.break_off(now)
        if self.style.seed is not None:
            self._engine.timeline.context = Context.of_seed(self.style, self.style.seed, self.meter.bar_ticks)
        self.state = State.STOPPED
        self.start()

    def resume(self) -> None:
        """Go on from where it was stopped, on a sixteenth; start if it was not, or where a master leads."""
        stopped = self._engine.playhead.stopped
        if self.state is not State.STOPPED or stopped is None or self._follows:
            self.start()
            return
        self._engine.go_on(stopped.context, stopped.tick)
        self.state = State.PLAYING
        self._wake()

    def stop(self, now: float) -> None:
        """Play no more, and end what sounds.

        A phrase that was being listened to is the window from now on, and what is played joins it.
        """
        self._engine.break_off(now)
        self.state = State.FINISHED if self._engine.playhead.is_over else State.STOPPED
        self._wake()

    def panic(self, at: float) -> None:
        """Let go of every key, and draw anew what was handed over: the player's panic drops it unheard."""
        self.release_all(at)
        self._engine.drop_unheard(at)
        self._wake()

    def press(self, key: KeyId, velocity: int, at: float) -> None:
        """Hear a note-on from the keyboard, `at` seconds."""
        if self._interplay.press(at, self.transport):
            self._engine.let_fade(at)
        if self.mode is Mode.ACCOMPANY:
            self._engine.dispatch.end_note(key[-1], at)
        self._hear(self._keyboard.press(key, velocity, at))

    def release(self, key: KeyId, at: float) -> None:
        """Hear a note-off from the keyboard, `at` seconds."""
        self._hear(self._keyboard.release(key, at))
        self._hear_quiet(at)

    def pedal(self, source: int, channel: int, down: bool, at: float) -> None:
        """Hear the sustain pedal of an input's channel: what it keeps sounds until it comes up."""
        self._hear(self._keyboard.pedal(source, channel, down, at))
        self._hear_quiet(at)

    def release_all(self, at: float, source: int | None = None) -> None:
        """Let go of every key, or of those of one input: a keyboard is gone."""
        self._hear(self._keyboard.release_all(at, source))
        self._hear_quiet(at)

    def go(self) -> None:
        """The player says that the phrase, or the call, is over: segue's turn, from the next line on."""
        if self.state is State.LISTENING:
            self.start()
        self._interplay.turns.go()
        self._wake()

    def change_mode(self, mode: Mode, now: float, grid: int | None = None) -> None:
        """Play in another way.

        Segue comes in on the next line; where it is to rest, what is committed is its last. Where it plays
        and turns are to be taken, it plays on until the player does, or in `ANSWER` up to the next bar line.

        Args:
            mode: the other way.
            now: seconds.
            grid: ticks between the lines that it may come in on; None for bars.
        """
        if mode is self.mode:
            return
        if self.transport is not None and self.state is State.PLAYING:
            line = self._engine.next_line(now, self.style, grid, self.transport)
            self._interplay.change(mode, line, self._engine.next_line(now, self.style, None, self.transport))
        else:
            self._interplay.choose(mode)
        self._wake()

    def change_tempo(self, bpm: float, now: float, ramp: int = 0) -> None:
        """Change the tempo as soon as what is committed allows; nothing where a master leads.

        Args:
            bpm: the new one, 20..400.
            now: seconds.
            ramp: ticks over which it changes evenly.

        Raises:
            SettingsError: if the tempo is out of range.
        """
        if self._follows:
            return
        self._engine.change_tempo(bpm, now, ramp)
        self._wake()

    def nudge_tempo(self, by: float, now: float) -> None:
        """Change the tempo by so many quarter notes a minute, to a whole number within the range of tempos.

        Nudges add up, also those that come quicker than they can be heard.
        """
        self.change_tempo(min(BPM.high, max(BPM.low, round(self._engine.bpm_asked(now)) + by)), now)

    def request(self, style: Style, now: float, grid: int | None = None) -> None:
        """Let another preset take over; the newest request counts, and one for what plays calls it off.

        It takes over on the next line that is at least one horizon away; until then the present one plays on,
        and its notes end there. While nothing plays it takes over at once.

        Args:
            style: the other preset.
            now: seconds.
            grid: ticks between the lines that it may fall on; None for bars.
        """
        if self.transport is not None and self.state is State.PLAYING:
            line = self._engine.next_line(now, style, grid, self.transport)
            self._planner.request(style, self._engine.timeline.context, line)
        else:
            self._engine.timeline.change_style(style)
            self._engine.dispatch.take_over(style)
            self._engine.bring_along(style)
        self._wake()

    def begin_at(self, tick: int, transport: Transport, now: float) -> None:
        """Obey the master's start: this tick comes at its moment on this transport."""
        if self.state not in (State.WAITING, State.PLAYING):
            return
        engine, stopped, bar = self._engine, self._engine.playhead.stopped, self.meter.bar_ticks
        if self.state is State.PLAYING:
            engine.break_off(now)
            if engine.playhead.is_over:
                self.state = State.FINISHED
                return
        # A master may name the sixteenth in which it stopped.
        if stopped is not None and tick and abs(tick - stopped.tick) < SIXTEENTH:
            self._planner.plan.clear()
            engine.go_on(stopped.context, tick)
        elif tick or self.state is State.PLAYING:
            engine.reset(-(-tick // bar) * bar)
        # What is due with the start itself comes late, if at all; but it comes.
        self._planner.hurries_until = now + LATE_LIMIT
        engine.playhead.join(transport, tick)
        self.state = State.PLAYING
        self._wake()

    def follow(self, transport: Transport, now: float) -> None:
        """Take the master's tempo and phase as they are known by now."""
        if self.transport is not None and self.state is State.PLAYING:
            self._engine.move_to(transport, now)
        self._wake()

    def halt(self, tick: int, now: float) -> None:
        """Obey the master's stop at a tick, and wait for its next start."""
        if self.state is State.PLAYING:
            self._engine.break_off(now, tick)
            self.state = State.FINISHED if self._engine.playhead.is_over else State.WAITING
            self._wake()

    def say_clock_again(self, now: float) -> None:
        """Let followers find the place anew: what was said while the port was lost, nobody heard."""
        self._engine.say_clock_again(now)
        self._wake()

    def pump(self, now: float) -> Orders:
        """Do what is due by now, and return what the player is to do.

        A prediction takes time, so nothing is committed in the same call: pump again with a fresh `now`
        (`deadline` says so).
        """
        self._hear(self._keyboard.pump(now))
        if self.state is State.LISTENING and now >= self._phrase_end:
            self.start()
        if self.state in (State.PLAYING, State.WAITING):
            self._engine.perform(now, runs=self.state is State.PLAYING)
        if self._engine.playhead.is_over:
            self.state = State.FINISHED
        self.deadline = self._next_deadline()
        return self._engine.dispatch.take()

    def _mute(self, muted: bool) -> None:
        self._engine.dispatch.muted = muted
        if muted:
            self._engine.dispatch.silence()
        self._wake()

    @property
    def _phrase_end(self) -> float:
        """When the phrase is over if nothing more is played; infinity before it has begun."""
        if self._interplay.turns.phrase is None or not self._listener.phrase_begun:
            return float("inf")
        return self._interplay.turns.phrase.over_at(self._tempo.bpm)

    def _hear_quiet(self, at: float) -> None:
        """Let the rest of the player begin if nothing sounds that hands hold."""
        if not self._keyboard.held:
            self._interplay.turns.quiet(at)

    def _hear(self, completed: list[Chord | Released]) -> None:
        """Take into the music what the keyboard has completed."""
        if not completed:
            return
        if self.transport is not None and any(isinstance(item, Chord) for item in completed):
            self._planner.redraw_for_hands()
        listens = self.state is State.LISTENING
        self._listener.hear(completed, self.controls, self.transport, self.bpm, listens=listens)
        self._wake()

    def _notify_watchers(self, source: Source, event: Event, tick: int | None) -> None:
        self.history.append(Entry(source, event, self.style.predictor.understand(event), tick))

    def _wake(self) -> None:
        self.deadline = float("-inf")

    def _next_deadline(self) -> float:
        """Return when something is due if nothing comes in."""
        deadline = self._keyboard.deadline
        if self.state is State.LISTENING:
            return min(deadline, self._phrase_end)
        if self.state not in (State.PLAYING, State.WAITING):
            return deadline
        return min(deadline, self._engine.deadline(runs=self.state is State.PLAYING))
