"""The performer: hears the keyboard, keeps the window, decides what is played when."""

from collections import deque
from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np

from live.core.controls import Controls
from live.core.keyboard import Chord, Key, Keyboard, Released
from live.core.prediction import PredictionError, Predictor, Understanding
from live.core.schedule import Strike
from live.core.transport import Transport, ticks_in
from presets.event import Event, Note
from presets.settings import Meter, Part
from presets.window import Window

START_DELAY = 0.100
"""Seconds from the decision to start to tick 0: time to hand the first notes over ahead of their moment."""

PHRASE_REST = 2.0
"""Beats of silence, with no key held, that end the phrase a player seeds with."""


class State(Enum):
    """What the performer is doing."""

    LISTENING = auto()
    """Waits for the phrase that the player seeds with."""
    STOPPED = auto()
    PLAYING = auto()
    FINISHED = auto()
    """The asked-for length is over."""


class Source(Enum):
    """Who played an event."""

    SEGUE = auto()
    PLAYER = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in the window, for those who watch.

    Attributes:
        source: who played it.
        event: what entered the window.
        understood: how the preset reads it.
        tick: onset since the start of the first bar; None while nothing runs.
    """

    source: Source
    event: Event
    understood: Understanding
    tick: int | None


@dataclass(frozen=True, slots=True)
class Length:
    """How much to play: up to a tick, a number of events, or endlessly (None)."""

    ticks: int | None = None
    events: int | None = None


@dataclass(slots=True)
class _Next:
    """What comes next: an event on its way out, or a rest.

    Attributes:
        event: None for a rest.
        tick: its onset.
        placed: whether its notes have been handed over; a rest has none.
        last: whether the music is over at this tick.
    """

    event: Event | None
    tick: int
    placed: bool = False
    last: bool = False


class Performer:
    """Decides what sounds when. Owned by one thread; `pump` with the current time and do what it returns.

    One event is ahead of the music: as soon as an event's onset has come it enters the window, and the next
    is predicted while it sounds. What the keyboard plays enters the window as it is struck, so the next
    prediction knows it. What the performer decided is in its window even where nobody heard it: while the
    port was lost, or dropped by the player because it came too late.

    Args:
        predictor: the preset's network.
        controls: how events are drawn and struck; may be replaced at any time.
        part: the instrument that plays.
        meter: time signature.
        bpm: quarter notes a minute.
        seed: the first window, at least one event.
        rng: the only source of chance.
        length: when to stop by itself.
        wait: whether to listen first; the phrase then replaces the window.

    Attributes:
        controls: as given; may be replaced between calls.
        window: the newest events, segue's and the player's.
        state: what it is doing.
        transport: the beat clock; None while nothing runs.
        history: the newest events with who played them, for those who watch.
        trouble: why it rests; None while all is well.
        played: events played since the beginning.
        rested: steps left out since the beginning, because the network failed or was too slow.
        quiet_at: when the last note handed over ends, monotonic seconds.
    """

    def __init__(
        self,
        predictor: Predictor,
        *,
        controls: Controls,
        part: Part,
        meter: Meter,
        bpm: float,
        seed: Window,
        rng: np.random.Generator,
        length: Length | None = None,
        wait: bool = False,
    ) -> None:
        self.controls = controls
        self.meter = meter
        self.bpm = bpm
        self.window = seed
        self.state = State.LISTENING if wait else State.STOPPED
        self.transport: Transport | None = None
        self.history: deque[Entry] = deque(maxlen=32)
        self.trouble: str | None = None
        self.played = 0
        self.rested = 0
        self.quiet_at = float("-inf")
        self._predictor = predictor
        self._part = part
        self._rng = rng
        self._length = length or Length()
        self._keyboard = Keyboard()
        self._unfinished: dict[Key, Event] = {}
        self._phrase = Window(length=seed.length)
        self._last_onset: float | None = None
        self._last_release = 0.0
        self._last_tick: int | None = None
        self._next: _Next | None = None

    def start(self) -> None:
        """Play from the first bar line; a phrase heard so far becomes the window."""
        if self.state is State.PLAYING:
            return
        self._take_phrase()
        self.state = State.PLAYING
        self.transport = None
        self._last_tick = None
        self._next = None

    def stop(self) -> None:
        """Play no more; what was handed over already is the player's to silence.

        A phrase that was being listened to is the window from now on, and what is played joins it.
        """
        self._take_phrase()
        self.quiet_at = float("-inf")
        self._next = None
        if self.state is not State.FINISHED:
            self.state = State.STOPPED
            self.transport = None

    def panic(self, at: float) -> None:
        """Let go of every key, and draw anew what was handed over: the panic drops it unheard."""
        self.release_all(at)
        coming = self._next
        if coming is None or coming.event is None or not coming.placed or self.transport is None:
            return
        if at >= self.transport.seconds_at(coming.tick):
            self._pass(coming, self.transport)
        else:
            self._next = None

    def press(self, key: Key, velocity: int, at: float) -> None:
        """Hear a note-on from the keyboard, `at` monotonic seconds."""
        self._hear(self._keyboard.press(key, velocity, at))

    def release(self, key: Key, at: float) -> None:
        """Hear a note-off from the keyboard, `at` monotonic seconds."""
        self._last_release = at
        self._hear(self._keyboard.release(key, at))

    def release_all(self, at: float, source: int | None = None) -> None:
        """Let go of every key, or of those of one input: a keyboard is gone."""
        self._last_release = at
        self._hear(self._keyboard.release_all(at, source))

    @property
    def deadline(self) -> float:
        """When to pump again, monotonic seconds: in the past for at once, infinity if only input can wake."""
        if self.state is State.LISTENING:
            return min(self._keyboard.deadline, self._phrase_end)
        if self.state is not State.PLAYING:
            return self._keyboard.deadline
        if self.transport is None or self._next is None or not self._next.placed:
            return float("-inf")
        return min(self._keyboard.deadline, self.transport.seconds_at(self._next.tick))

    def pump(self, now: float) -> list[Strike]:
        """Do what is due by now, and return the notes to hand to the player.

        A prediction takes time, so nothing is placed in the same call: pump again with a fresh `now`
        (`deadline` says so).
        """
        self._hear(self._keyboard.pump(now))
        if self.state is State.LISTENING and now >= self._phrase_end:
            self.start()
        if self.state is not State.PLAYING:
            return []
        if self._next is None:
            self._next = self._predict()
            return []
        if self.transport is None:
            self.transport = Transport(now + START_DELAY, self.bpm)
        if not self._next.placed:
            return self._place(self._next, self.transport, now)
        if now >= self.transport.seconds_at(self._next.tick):
            self._pass(self._next, self.transport)
        return []

    def _take_phrase(self) -> None:
        if len(self._phrase):
            self.window = self._phrase
            self._phrase = Window(length=self._phrase.length)

    @property
    def _phrase_end(self) -> float:
        """When the phrase is over if nothing more is played; infinity before it has begun."""
        if self._keyboard.held or not len(self._phrase):
            return float("inf")
        return self._last_release + PHRASE_REST * 60 / self.bpm

    def _predict(self) -> _Next:
        """Draw the next event; where the network fails, rest for a step and try again."""
        step = self.controls.step_ticks
        try:
            event = self._predictor.predict(self.window, self.controls, self._rng)
        except PredictionError as error:
            self.trouble = str(error)
            self.rested += 1
            rest = _Next(None, 0 if self._last_tick is None else self._last_tick + step, placed=True)
            self._end_if_over(rest)
            return rest
        self.trouble = None
        return _Next(event, 0 if self._last_tick is None else self._last_tick + event.ioi)

    def _place(self, coming: _Next, transport: Transport, now: float) -> list[Strike]:
        """Give the predicted event its moment: its own, or if that has passed, the next step to come."""
        while transport.seconds_at(coming.tick) < now:
            coming.tick += self.controls.step_ticks
            self.rested += 1
        coming.placed = True
        self._end_if_over(coming)
        if coming.event is None:
            return []
        strikes = [
            Strike(
                at=transport.seconds_at(coming.tick),
                until=transport.seconds_at(coming.tick + note.duration),
                channel=self._part.channel,
                note=note.note,
                velocity=note.velocity,
            )
            for note in coming.event.notes
        ]
        self.quiet_at = max(self.quiet_at, *(strike.until for strike in strikes))
        return strikes

    def _end_if_over(self, coming: _Next) -> None:
        """Let nothing begin after the asked-for length."""
        end = self._length.ticks
        if end is not None and coming.tick >= end:
            coming.event, coming.tick, coming.last = None, end, True
        elif self.played == self._length.events:
            coming.event, coming.last = None, True

    def _pass(self, coming: _Next, transport: Transport) -> None:
        """The onset has come: what was next is now the newest of the window."""
        self._next = None
        self._last_tick = coming.tick
        if coming.last:
            self.state = State.FINISHED
        elif coming.event is not None:
            self.played += 1
            self._remember(coming.event, transport.seconds_at(coming.tick), Source.SEGUE)

    def _hear(self, completed: list[Chord | Released]) -> None:
        """Take chords into the window, and correct a note's duration when its key comes up."""
        for item in completed:
            if isinstance(item, Chord):
                self._take_chord(item)
            else:
                self._correct(item)

    def _take_chord(self, chord: Chord) -> None:
        # A held key has no duration yet: until it comes up, the one that segue itself would give it.
        loudest: dict[int, int] = {}
        for pressed in chord.keys:
            number = pressed.key[-1]
            loudest[number] = max(loudest.get(number, 0), pressed.velocity)
        event = Event.of(
            self.controls.step_ticks,
            (Note(number, self.controls.duration_ticks, velocity) for number, velocity in loudest.items()),
        )
        event = self._remember(event, chord.onset, Source.PLAYER)
        self._unfinished.update((pressed.key, event) for pressed in chord.keys)

    def _correct(self, released: Released) -> None:
        event = self._unfinished.pop(released.key, None)
        if event is None:
            return
        duration = max(1, ticks_in(released.seconds, self.bpm))
        number = released.key[-1]
        corrected = Event.of(
            event.ioi,
            (replace(note, duration=duration) if note.note == number else note for note in event.notes),
        )
        self.window = self.window.replace(event, corrected)
        self._phrase = self._phrase.replace(event, corrected)
        for key, unfinished in self._unfinished.items():
            if unfinished is event:
                self._unfinished[key] = corrected

    def _remember(self, event: Event, onset: float, source: Source) -> Event:
        """Make an event the newest, with the time that really passed since the one before it."""
        if self._last_onset is not None:
            event = replace(event, ioi=max(0, ticks_in(onset - self._last_onset, self.bpm)))
        self._last_onset = onset
        if self.state is State.LISTENING:
            self._phrase = self._phrase.push(event)
        else:
            self.window = self.window.push(event)
        tick = self.transport.tick_at(onset) if self.transport else None
        self.history.append(Entry(source, event, self._predictor.understand(event), tick))
        return event
