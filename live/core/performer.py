"""The performer: hears the keyboard, keeps the past, and decides what is played when."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from live.core.clock_sender import SIXTEENTH
from live.core.controls import Controls
from live.core.count_in import Click, clicks
from live.core.course import Course
from live.core.desk import Desk
from live.core.ear import Ear
from live.core.hand_over import HandOver
from live.core.horizon import Horizon
from live.core.interplay import Interplay
from live.core.keyboard import CHORD_SPAN, DELIVERY, Chord, Key, Released
from live.core.leading import Leading
from live.core.mode import Mode
from live.core.orders import Greeting, Orders
from live.core.past import Past
from live.core.performance import Entry, Length, Source, State
from live.core.planner import Planner, Switch
from live.core.scales import Key as MusicalKey
from live.core.schedule import LATE_LIMIT
from live.core.style import Style
from live.core.tempo import Tempo, TempoChange
from live.core.timing import Timing
from live.core.transport import Transport
from live.core.turns import Turn
from presets.encoding import Position
from presets.event import Event
from presets.seed import Seed
from presets.settings import BPM, Meter
from presets.window import Window

START_DELAY = 0.100
"""Seconds from the decision to start to tick 0: time to hand the first notes over ahead of their moment."""


@dataclass(frozen=True, slots=True)
class _Halt:
    """Where the music was broken off.

    Attributes:
        past: what had been played.
        tick: where it would go on.
        bpm: the tempo there.
    """

    past: Past
    tick: int
    bpm: float


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
        leading: tells others the beat; None to keep it.
        mode: the way of playing.

    Attributes:
        state: what it is doing.
        meter: as given.
        transport: the beat clock; None while nothing runs.
        deadline: when to pump again, seconds: in the past for at once, infinity if only input can wake.
        history: the newest events with who played them, for those who watch.
        takes: how often the music has begun.
        first_tick: where it began the last time: 0, below it for a count-in, or where it went on.
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
        leading: Leading | None = None,
        mode: Mode = Mode.STREAM,
    ) -> None:
        self.meter = meter
        self.state = State.LISTENING if wait else State.STOPPED
        self.transport: Transport | None = None
        self.deadline = float("inf")
        self.history: deque[Entry] = deque(maxlen=32)
        self.takes = 0
        self.first_tick = 0
        self._tempo = Tempo(bpm, tempo_changes)
        self._follows = follows
        self._timing = timing or Timing()
        self._count_in = count_in
        self._leading = leading
        self._horizon = Horizon()
        self._length = length or Length()
        self._planner = Planner(rng, self._timing, self._length, meter.bar_ticks, self._horizon, self._fitted)
        self._plan = self._planner.plan
        self._hand_over = HandOver(style, self._timing)
        self._course = Course(_past_of(style, seed, meter), self._plan, self._timing, meter.bar_ticks)
        self._interplay = Interplay(style.mode or mode, self._planner, self._timing, meter.bar_ticks)
        self._ear = Ear(self._course, self._timing, meter.bar_ticks, self._tell_of_hands)
        self._keyboard = self._ear.keyboard
        self._clicks: deque[Click] = deque()
        self._now_tick = 0
        self._halt: _Halt | None = None

    @property
    def style(self) -> Style:
        """The preset that plays."""
        return self._course.past.style

    @property
    def window(self) -> Window:
        """The newest events, segue's and the player's."""
        return self._course.past.window

    @property
    def played(self) -> int:
        """Events played since the beginning."""
        return self._course.past.played

    @property
    def rested(self) -> int:
        """How often since the beginning something waited, because the network failed or was too slow."""
        return self._hand_over.rested

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
        return self._hand_over.quiet_at

    @property
    def sounds(self) -> Greeting:
        """What selects the sounds of the preset that plays, for a port or a listener that is new."""
        return self._hand_over.sounds

    @property
    def bpm(self) -> float:
        """Quarter notes a minute, now; while nothing runs, those it would go on in."""
        if self.transport is not None:
            return self.transport.bpm_at(self._now_tick)
        return self._tempo.bpm if self._halt is None else self._halt.bpm

    @property
    def lead_seconds(self) -> float:
        """How long before its moment the player wants a note; the owner sets it."""
        return self._horizon.lead_seconds

    @lead_seconds.setter
    def lead_seconds(self, seconds: float) -> None:
        self._horizon.lead_seconds = seconds

    @property
    def horizon(self) -> float:
        """Seconds before its moment that an event is committed: what handing over and drawing may take.

        A network that turns out to be slow has a far one, for nothing is handed over while it draws.
        """
        return self._horizon.of(self.style)

    @property
    def key_horizon(self) -> float:
        """Seconds from a key going down to the first moment whose event may know it: a chord takes time."""
        return CHORD_SPAN + DELIVERY + self.horizon

    @property
    def controls(self) -> Controls:
        """How events of the present preset are drawn and struck; set, they hold from the horizon on."""
        return self._planner.controls_of(self.style)

    @controls.setter
    def controls(self, controls: Controls) -> None:
        self._planner.turn(self.style, controls)
        self._wake()

    @property
    def mode(self) -> Mode:
        """The way of playing."""
        return self._interplay.mode

    @property
    def muted(self) -> bool:
        """Whether nothing that segue plays is heard."""
        return self._hand_over.muted

    @property
    def turn(self) -> Turn | None:
        """Segue's turn, running or to come; None while it is the player's."""
        return self._interplay.turn

    @property
    def key_heard(self) -> MusicalKey | None:
        """The key that the player is in, as far as that is sure."""
        return self._ear.key

    def desk(self, now: float) -> Desk:
        """Return all that a hand can turn, as it was asked for last."""
        own_key = self.style.controls.key
        return Desk(
            self.controls, self._timing.swing, self._bpm_asked(now), self.mode, self._hand_over.muted, own_key
        )

    def turn_to(self, desk: Desk, now: float, grid: int | None = None) -> None:
        """Let what a hand has turned hold: from the horizon on, a way of playing as `change_mode` says.

        Args:
            desk: the present one with what was turned.
            now: seconds.
            grid: see `change_mode`.
        """
        before = self.desk(now)
        if desk.controls != before.controls:
            self.controls = desk.controls
        if desk.swing != before.swing:
            self._turn_swing(desk.swing, now)
        if desk.bpm != before.bpm:
            self.change_tempo(desk.bpm, now)
        if desk.mode is not before.mode:
            self.change_mode(desk.mode, now, grid)
        if desk.muted != before.muted:
            self._mute(desk.muted)

    def start(self) -> None:
        """Play from the first bar line; a phrase heard so far becomes the window.

        Where another master leads, wait for its start.
        """
        if self.state in (State.PLAYING, State.WAITING):
            return
        phrase = self._interplay.phrase if self.state is State.LISTENING else None
        self._begin_anew(0)
        self._tempo.begin_anew()
        self.transport = None
        self._halt = None
        self.state = State.WAITING if self._follows else State.PLAYING
        if phrase is not None:
            self._interplay.answer_first(phrase, self._tempo.bpm)
        self._wake()

    def restart(self, now: float) -> None:
        """Begin anew with the preset's own seed, if it brought one; from the first bar line."""
        self._break_off(now)
        if self.style.seed is not None:
            self._course.past = _past_of(self.style, self.style.seed, self.meter)
        self.state = State.STOPPED
        self.start()

    def resume(self) -> None:
        """Go on from where it was stopped, on a sixteenth; start if it was not, or where a master leads."""
        if self.state is not State.STOPPED or self._halt is None or self._follows:
            self.start()
            return
        self._go_on(self._halt.past, self._halt.tick)
        self.state = State.PLAYING
        self._wake()

    def stop(self, now: float) -> None:
        """Play no more, and end what sounds.

        A phrase that was being listened to is the window from now on, and what is played joins it.
        """
        self._break_off(now)
        if self.state is not State.FINISHED:
            self.state = State.STOPPED
        self._wake()

    def panic(self, at: float) -> None:
        """Let go of every key, and draw anew what was handed over: the player's panic drops it unheard."""
        self.release_all(at)
        if self.transport is not None:
            transport = self.transport
            self._pass_due(at, transport)
            self._plan.cut_where(lambda item: self._timing.moment(item.tick, transport) > at, committed=True)
        self._hand_over.forget()
        self._wake()

    def press(self, key: Key, velocity: int, at: float) -> None:
        """Hear a note-on from the keyboard, `at` seconds."""
        self._interplay.press(at, self.transport)
        if self.mode is Mode.ACCOMPANY:
            self._hand_over.end_note(key[-1], at)
        self._hear(self._keyboard.press(key, velocity, at))

    def release(self, key: Key, at: float) -> None:
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
        self._interplay.go()
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
            line = self._next_line(now, self.style, grid, self.transport)
            self._interplay.change(mode, line, self._next_line(now, self.style, None, self.transport))
        else:
            self._interplay.change(mode, self._planner.line, None)
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
        self._tempo.set(bpm, runs=self.transport is not None or self._halt is not None)
        self._halt = self._halt and replace(self._halt, bpm=bpm)
        if self.transport is not None:
            self._move_to(self.transport.changed(self._uncommitted_tick(now, self.transport), bpm, ramp), now)
        self._wake()

    def nudge_tempo(self, by: float, now: float) -> None:
        """Change the tempo by so many quarter notes a minute, to a whole number within the range of tempos.

        Nudges add up, also those that come quicker than they can be heard.
        """
        self.change_tempo(min(BPM.high, max(BPM.low, round(self._bpm_asked(now)) + by)), now)

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
            line = self._next_line(now, style, grid, self.transport)
            self._planner.request(style, self._course.past, line)
        else:
            self._course.change_style(style)
            self._hand_over.take_over(style)
            self._bring_along(style)
        self._wake()

    def begin_at(self, tick: int, transport: Transport, now: float) -> None:
        """Obey the master's start: this tick comes at its moment on this transport."""
        if self.state not in (State.WAITING, State.PLAYING):
            return
        halt, bar = self._halt, self.meter.bar_ticks
        if self.state is State.PLAYING:
            self._break_off(now)
            if self._is_over:
                return
        # A master may name the sixteenth in which it stopped.
        if halt is not None and tick and abs(tick - halt.tick) < SIXTEENTH:
            self._plan.clear()
            self._go_on(halt.past, tick)
        elif tick or self.state is State.PLAYING:
            self._begin_anew(-(-tick // bar) * bar)
        self._halt = None
        self.transport = transport
        # What is due with the start itself comes late, if at all; but it comes.
        self._planner.hurries_until = now + LATE_LIMIT
        self.state = State.PLAYING
        self.takes += 1
        self.first_tick = tick
        self._wake()

    def follow(self, transport: Transport, now: float) -> None:
        """Take the master's tempo and phase as they are known by now."""
        if self.transport is not None and self.state is State.PLAYING:
            self._move_to(transport, now)
        self._wake()

    def halt(self, tick: int, now: float) -> None:
        """Obey the master's stop at a tick, and wait for its next start."""
        if self.state is State.PLAYING:
            self._break_off(now)
            self._halt = self._halt and replace(self._halt, tick=tick)
            if not self._is_over:
                self.state = State.WAITING
            self._wake()

    def say_clock_again(self, now: float) -> None:
        """Let followers find the place anew: what was said while the port was lost, nobody heard."""
        if self._leading is None or self.transport is None or self.state is not State.PLAYING:
            return
        self._hand_over.orders.messages += self._leading.stop(now)
        tick = max(0, self._uncommitted_tick(now, self.transport))
        self._leading.begin(-(-tick // SIXTEENTH) * SIXTEENTH)
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
            self._perform(now)
        self.deadline = self._next_deadline(now)
        return self._hand_over.take()

    def _perform(self, now: float) -> None:
        self._horizon.has_drawn(now)
        self._planner.place(self.transport, now)
        is_ready = self._plan.first is not None or not self._planner.plays
        if self.transport is None and self.state is State.PLAYING and is_ready:
            self._start_transport(now)
        if self.transport is not None:
            self._now_tick = self.transport.tick_at(now)
            self._pass_due(now, self.transport)
            self._take_turns(now, self.transport)
            self._commit_due(now, self.transport)
        if self._hand_over.orders != Orders() or self.state is State.FINISHED:
            return  # the player gets them first: drawing may take long
        if now >= self._planner.extend_at(self.transport):
            self._planner.draw(self._course.past, self.transport, now)
            self._horizon.draws(now)

    def _start_transport(self, now: float) -> None:
        """Begin at the first bar line, after the count-in; or go on where it was broken off."""
        begin = now + max(START_DELAY, self.horizon) + max(0.0, self._timing.latency_seconds)
        self.first_tick = self._planner.floor or -self._count_in * self.meter.bar_ticks
        self.takes += 1
        bpm = self._halt.bpm if self._halt is not None and self._planner.floor else None
        self.transport = self._tempo.transport(self.first_tick, begin, bpm)
        if not self._planner.floor:
            self._clicks.extend(clicks(self._count_in, self.meter))
        self._halt = None
        if self._leading is not None:
            self._leading.begin(self._planner.floor)

    def _commit_due(self, now: float, transport: Transport) -> None:
        if self.state is State.FINISHED:
            return
        # A microsecond more: what the deadline said in floats must be due when it comes.
        until = now + self.horizon + 1e-6
        while self._clicks and self._timing.moment(self._clicks[0].tick, transport) <= until:
            self._hand_over.click(self._clicks.popleft(), transport)
        held = self._keyboard.sounding if self.mode is Mode.ACCOMPANY else frozenset()
        while (item := self._plan.uncommitted) is not None and item.placed:
            if self._timing.moment(item.tick, transport) > until:
                break
            item = self._plan.commit()
            if item.after.style is not self._hand_over.style:
                transport = self._arrive(item.after.style, item.tick, transport)
            ends = [line for line in (self._planner.line_of_switch(item.after), self._planner.until) if line]
            self._hand_over.commit(item, min(ends, default=None), transport, held)
        self._lead(transport, until, self._end(transport))

    def _end(self, transport: Transport) -> float:
        """Return when the music is over; infinity if that is not known yet."""
        last = self._plan.last
        if last is not None and last.last:
            return transport.seconds_at(last.tick)
        if not self._planner.plays and self._length.ticks is not None:
            return transport.seconds_at(self._length.ticks)
        return math.inf

    def _take_turns(self, now: float, transport: Transport) -> None:
        """Come in where it is segue's turn; while it rests, another preset takes over, and the end comes."""
        if self.state is not State.PLAYING or self._planner.plays:
            return
        if self._length.ticks is not None and self._now_tick >= self._length.ticks:
            self._finish(self._length.ticks, transport)
            return
        if self._interplay.come_in(now, self.horizon, transport):
            return
        switch = self._switch_to_come
        if switch is not None and self._timing.moment(switch.line, transport) <= now + self.horizon + 1e-6:
            self._interplay.switch_at_rest(self._course.past)

    def _arrive(self, style: Style, line: int, transport: Transport) -> Transport:
        """Another preset takes over on a line, with what it brings along; return the transport from there."""
        self._hand_over.change_sounds(style, line, transport)
        if style.bpm is not None and not self._follows:
            self._tempo.set(style.bpm, runs=True)
            self.transport = transport = transport.changed(line, style.bpm)
        if style.mode is not None and style.mode is not self.mode:
            self._interplay.arrive(style.mode, line)
        return transport

    @property
    def _switch_to_come(self) -> Switch | None:
        """The preset that is going to take over and has not been handed over yet."""
        return None if self.switch is None or self.switch.style is self._hand_over.style else self.switch

    def _bring_along(self, style: Style) -> None:
        """Let what a preset brings along hold from the start on: nothing plays."""
        if style.bpm is not None and not self._follows:
            self._tempo.set(style.bpm, runs=self._halt is not None)
            self._halt = self._halt and replace(self._halt, bpm=style.bpm)
        if style.mode is not None:
            self._interplay.change(style.mode, self._planner.line, None)

    def _next_line(self, now: float, style: Style, grid: int | None, transport: Transport) -> int:
        """Return the next line on which a style can come in: a horizon away, and behind what is committed."""
        lines = grid or self.meter.bar_ticks
        earliest = self._timing.first_tick(now + self._horizon.of(style), transport)
        if committed := self._plan.committed:
            # The present preset, or the machine a moment ago, may have had a farther horizon.
            earliest = max(earliest, committed[-1].tick + 1)
        return max(0, -(-earliest // lines) * lines)

    def _fitted(self, style: Style, controls: Controls) -> Controls:
        mode = self.mode
        if style is not self._hand_over.style and style.mode is not None:
            mode = style.mode  # it is going to take over, and brings its own
        return self._ear.fitted(controls, style.parts, mode, self._now_tick)

    def _turn_swing(self, swing: float, now: float) -> None:
        self._timing.swing = swing
        self._plan.cut()
        if self.transport is not None:
            self._hand_over.move_ends(self.transport, now)
        self._wake()

    def _mute(self, muted: bool) -> None:
        self._hand_over.muted = muted
        if muted:
            self._hand_over.silence()
        self._wake()

    def _lead(self, transport: Transport, until: float, end: float) -> None:
        """Tell those who follow what is due by then; they must hear the Stop, too."""
        if self._leading is not None:
            said = self._leading.say(transport, until, end)
            self._hand_over.orders.messages += said
            if end <= until and said:
                self._hand_over.quiet_at = max(self._hand_over.quiet_at, said[-1].at)

    def _pass_due(self, now: float, transport: Transport) -> None:
        """Let what was committed and has come be the past."""
        for item in self._course.pass_until(now, transport):
            if self.switch is not None and item.after.style is self.switch.style:
                self._planner.switch = None
            if item.last:
                self._finish(item.tick, transport)
            elif item.closes:
                self._interplay.pass_by(item)
            elif item.event is not None:
                self._tell_watchers(Source.SEGUE, item.event, item.tick)

    def _finish(self, tick: int, transport: Transport) -> None:
        self.state = State.FINISHED
        self._plan.clear()
        end = transport.seconds_at(tick)
        self._lead(transport, end, end)

    def _break_off(self, now: float) -> None:
        """Let nothing sound any more, and remember where that was."""
        self._hand_over.silence()
        if self.transport is not None and self.state is State.PLAYING:
            self._pass_due(now, self.transport)
            stopped = max(0, self.transport.tick_at(now))
            if stopped and self.state is State.PLAYING:
                on = -(-stopped // SIXTEENTH) * SIXTEENTH
                self._halt = _Halt(self._course.past, on, self.transport.bpm_at(stopped))
            self._lead(self.transport, now, now)
        self.transport = None
        if self.switch is not None:
            style = self.switch.style
            self._course.change_style(style)
            self._planner.switch = None
            self._bring_along(style)
        self._begin_anew(0)

    def _begin_anew(self, line: int) -> None:
        """Forget the plan; the next event falls on this bar line."""
        self._planner.begin_anew(line)
        self._clicks.clear()
        self._horizon.forget()
        self._course.begin_anew()
        self._interplay.begin_anew(line)
        self._hand_over.take_over(self.style)
        self._now_tick = 0

    def _go_on(self, past: Past, tick: int) -> None:
        """Let the next event follow what was played before the music was broken off, from this tick on."""
        self._course.go_on(past)
        self._planner.floor = tick

    def _move_to(self, transport: Transport, now: float) -> None:
        """Let what comes lie on another transport, and what sounds end there."""
        self.transport = transport
        self._hand_over.move_ends(transport, now)

    @property
    def _is_over(self) -> bool:
        """Whether the asked-for length is over: what was due may have ended it."""
        return self.state is State.FINISHED

    @property
    def _phrase_end(self) -> float:
        """When the phrase is over if nothing more is played; infinity before it has begun."""
        if self._interplay.phrase is None or not self._ear.phrase_begun:
            return float("inf")
        return self._interplay.phrase.over_at(self._tempo.bpm)

    def _hear_quiet(self, at: float) -> None:
        """Let the rest of the player begin if nothing sounds that hands hold."""
        if not self._keyboard.held:
            self._interplay.quiet(at)

    def _hear(self, completed: list[Chord | Released]) -> None:
        """Take into the music what the keyboard has completed."""
        if not completed:
            return
        if self.transport is not None and any(isinstance(item, Chord) for item in completed):
            self._planner.cut_for_hands()
        listens = self.state is State.LISTENING
        self._ear.hear(completed, self.controls, self.transport, self.bpm, listens=listens)
        self._wake()

    def _tell_of_hands(self, event: Event, tick: int | None) -> None:
        self._tell_watchers(Source.PLAYER, event, tick)

    def _tell_watchers(self, source: Source, event: Event, tick: int | None) -> None:
        self.history.append(Entry(source, event, self.style.predictor.understand(event), tick))

    def _bpm_asked(self, now: float) -> float:
        """Return the tempo that holds as soon as what is committed allows."""
        transport = self.transport
        return self.bpm if transport is None else transport.bpm_at(self._uncommitted_tick(now, transport))

    def _uncommitted_tick(self, now: float, transport: Transport) -> int:
        """Return the first tick that nothing was handed over behind."""
        committed = now + self.horizon + abs(self._timing.latency_seconds)
        # A horizon that has become nearer since does not call back what was handed over before.
        handed = [item.tick + 1 for item in self._plan.committed]
        return max([self.first_tick, transport.tick_at(committed) + 1, *handed])

    def _wake(self) -> None:
        self.deadline = float("-inf")

    def _next_deadline(self, now: float) -> float:
        """Return when something is due if nothing comes in."""
        deadline = self._keyboard.deadline
        if self.state is State.LISTENING:
            return min(deadline, self._phrase_end)
        if self.state not in (State.PLAYING, State.WAITING):
            return deadline
        newest = self._plan.last
        if self.transport is None and self.state is State.PLAYING:
            return float("-inf")
        if self._planner.plays and (newest is None or not newest.placed):
            return float("-inf")
        deadline = min(deadline, self._planner.extend_at(self.transport))
        if self.transport is None:
            return deadline
        if committed := self._plan.committed:
            deadline = min(deadline, self._timing.moment(committed[0].tick, self.transport))
        coming = [item.tick for item in (self._plan.uncommitted, *self._clicks) if item is not None]
        if coming:
            deadline = min(deadline, self._timing.moment(min(coming), self.transport) - self.horizon)
        if self._leading is not None:
            deadline = min(deadline, self._leading.deadline(self.transport) - self.horizon)
        if not self._planner.plays:
            deadline = min(deadline, self._next_turn_at(self.transport))
        return deadline

    def _next_turn_at(self, transport: Transport) -> float:
        """Return when there is something to decide while segue rests."""
        deadline = min(self._interplay.deadline(self.horizon, transport), self._end(transport))
        if (switch := self._switch_to_come) is not None:
            deadline = min(deadline, self._timing.moment(switch.line, transport) - self.horizon)
        return deadline


def _past_of(style: Style, seed: Seed, meter: Meter) -> Past:
    """Return the past of a music that begins with a seed."""
    # Where in the bar the window's newest event was struck.
    newest = (seed.position or Position(0, meter.bar_ticks)).after(
        sum(event.ioi for event in seed.window.events[1:])
    )
    return Past(style, seed.window, newest)
