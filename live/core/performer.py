"""The performer: hears the keyboard, keeps the window, decides what is played when."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from live.core.controls import Controls
from live.core.keyboard import Chord, Key, Keyboard, Released
from live.core.parts import give_parts
from live.core.performance import Entry, Length, Source, State
from live.core.prediction import Moment, PredictionError, Predictor
from live.core.schedule import Strike
from live.core.transport import Transport, ticks_in
from presets.encoding import GRID, Position
from presets.event import Event, Note
from presets.seed import Seed
from presets.settings import Meter, Part
from presets.window import Window

START_DELAY = 0.100
"""Seconds from the decision to start to tick 0: time to hand the first notes over ahead of their moment."""

PHRASE_REST = 2.0
"""Beats of silence, with no key held, that end the phrase a player seeds with."""


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
    is predicted while it sounds. A network with a rhythm says when that comes after the newest event of the
    window, segue's or the player's; one without plays in steps. The first event after a start falls on a bar
    line. An event whose moment has passed by the time it is predicted waits for its own interval again, as
    often as it must, and so keeps its place in the beat.

    What the keyboard plays enters the window as it is struck, so the next prediction knows it. What the
    performer decided is in its window even where nobody heard it: while the port was lost, or dropped by the
    player because it came too late.

    Args:
        predictor: the preset's network.
        controls: how events are drawn and struck; may be replaced at any time.
        parts: the instruments that play, and that the keyboard's notes are given to.
        meter: time signature.
        bpm: quarter notes a minute.
        seed: the first window, as it would have sounded.
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
        rested: how often since the beginning something waited, because the network failed or was too slow.
        quiet_at: when the last note handed over ends, monotonic seconds.
    """

    def __init__(
        self,
        predictor: Predictor,
        *,
        controls: Controls,
        parts: Sequence[Part],
        meter: Meter,
        bpm: float,
        seed: Seed,
        rng: np.random.Generator,
        length: Length | None = None,
        wait: bool = False,
    ) -> None:
        self.controls = controls
        self.meter = meter
        self.bpm = bpm
        self.window = seed.window
        self.state = State.LISTENING if wait else State.STOPPED
        self.transport: Transport | None = None
        self.history: deque[Entry] = deque(maxlen=32)
        self.trouble: str | None = None
        self.played = 0
        self.rested = 0
        self.quiet_at = float("-inf")
        self._predictor = predictor
        self._parts = tuple(parts)
        self._rng = rng
        self._length = length or Length()
        self._keyboard = Keyboard()
        self._unfinished: dict[Key, Event] = {}
        self._phrase = Window(length=seed.window.length)
        # Where in the bar the window's newest event was struck.
        self._position = (seed.position or Position(0, meter.bar_ticks)).after(
            sum(event.ioi for event in seed.window.events[1:])
        )
        self._last_onset: float | None = None
        self._last_release = 0.0
        self._last_tick: int | None = None
        self._newest_tick = 0
        self._next: _Next | None = None

    def start(self) -> None:
        """Play from the first bar line; a phrase heard so far becomes the window."""
        if self.state is State.PLAYING:
            return
        self._take_phrase()
        self.state = State.PLAYING
        self.transport = None
        self._last_onset = None
        self._last_tick = None
        self._newest_tick = 0
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
            self.transport = Transport.steady(now + START_DELAY, self.bpm)
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
        # Hands are not on the grid, and networks are: a note struck just before a bar line is on it.
        bar = self._position.bar
        position = Position(_on_grid(self._position.tick) % bar, bar)
        # The first event falls on the next bar line as its network counts bars, and that is tick 0.
        first = bar - position.tick if self._last_tick is None else None
        try:
            event = self._predictor.predict(self.window, Moment(position, first), self.controls, self._rng)
        except PredictionError as error:
            self.trouble = str(error)
            self.rested += 1
            step = self.controls.step_ticks
            rest = _Next(None, 0 if self._last_tick is None else self._last_tick + step, placed=True)
            self._end_if_over(rest)
            return rest
        self.trouble = None
        return _Next(event, self._tick_of(event))

    def _tick_of(self, event: Event) -> int:
        """Return the onset of a predicted event."""
        if self._last_tick is None:
            return 0
        if self._predictor.has_rhythm:
            return max(self._last_tick, self._newest_tick) + event.ioi
        return self._last_tick + event.ioi

    def _place(self, coming: _Next, transport: Transport, now: float) -> list[Strike]:
        """Give the predicted event its moment, or a later one if that has passed."""
        while coming.event is not None and transport.seconds_at(coming.tick) < now:
            coming.tick += coming.event.ioi
            self.rested += 1
        coming.placed = True
        self._end_if_over(coming)
        if coming.event is None:
            return []
        strikes = [
            Strike(
                at=transport.seconds_at(coming.tick),
                until=transport.seconds_at(coming.tick + note.duration),
                channel=self._parts[note.part].channel,
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
            give_parts(
                (
                    Note(number, self.controls.duration_ticks, velocity)
                    for number, velocity in loudest.items()
                ),
                self._parts,
            ),
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
            # A chord that is heard of late does not turn the time back.
            onset = max(onset, self._last_onset)
            event = replace(event, ioi=ticks_in(onset - self._last_onset, self.bpm))
        tick = self.transport.tick_at(onset) if self.transport else None
        self._follow(event, tick)
        self._last_onset = onset
        if self.state is State.LISTENING:
            self._phrase = self._phrase.push(event)
        else:
            self.window = self.window.push(event)
        self.history.append(Entry(source, event, self._predictor.understand(event), tick))
        return event

    def _follow(self, event: Event, tick: int | None) -> None:
        """Keep where in the bar the newest event was struck: while the music runs, on the grid."""
        bar = self.meter.bar_ticks
        if tick is not None:
            self._newest_tick = max(self._newest_tick, _on_grid(tick))
            self._position = Position(0, bar).after(self._newest_tick)
        elif self.state is State.LISTENING and not len(self._phrase):
            # Nobody knows where a phrase begins: on a bar line.
            self._position = Position(0, bar)
        else:
            self._position = self._position.after(event.ioi)


def _on_grid(tick: int) -> int:
    """Return the grid tick that is nearest."""
    return (tick + GRID // 2) // GRID * GRID
