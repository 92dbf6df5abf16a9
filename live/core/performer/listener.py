"""Listens to the musician: adds their chords to the music, and tracks their register and their key."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport, ticks_in
from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.controls.table import EVERY_NOTE, Controls
from live.core.input.chord_finder import ChordFinder, FoundChord, Harmony
from live.core.input.implied_chords import ImpliedChords
from live.core.input.key_finder import KeyBelief, KeyFinder
from live.core.input.keyboard import Chord, Keyboard, Released
from live.core.output.parts import parts_named
from live.core.performer.accompaniment import keep_clear
from live.core.planning.chord_events import chord_event
from live.core.planning.timeline import Timeline
from presets.bundles.settings import Part
from presets.music.event import PPQ, Event, Note

LATELY_BARS = 2
"""Bars for which the musician's notes show where their hands are."""


@dataclass(frozen=True, slots=True)
class ListenerState:
    """What a listener knows of the musician, besides which keys are down.

    Attributes:
        phrase_begun: whether the musician has played since segue began to wait for a phrase.
        key: what their key is believed to be.
        chord: the chord that they played last.
        implied: of the events that imply a chord, the ticks and the pitch classes.
        lately: tick and note of what they played last, in order.
        last_chord: when that was, seconds; None before the first.
    """

    phrase_begun: bool
    key: KeyBelief
    chord: FoundChord
    implied: tuple[tuple[int, tuple[int, ...]], ...]
    lately: tuple[tuple[int, Note], ...]
    last_chord: float | None


class Listener:
    """Adds what the musician plays to the music. Owned by one thread.

    Args:
        timeline: the timeline of the music.
        timing: how notes lie on the beat.
        notify: called for each chord with its event, and with its tick or, while nothing runs, None.

    Attributes:
        keyboard: the keys that are down, and the notes that the pedal holds.
        phrase_begun: whether the musician has played anything since segue began to wait for a phrase.
    """

    def __init__(
        self,
        timeline: Timeline,
        timing: Timing,
        notify: Callable[[Event, int | None], None],
    ) -> None:
        self.keyboard = Keyboard()
        self.phrase_begun = False
        self._timeline = timeline
        self._timing = timing
        self._notify = notify
        self._finder = KeyFinder()
        self._chords = ChordFinder()
        self._implied = ImpliedChords()
        self._lately: deque[tuple[int, Note]] = deque()
        self._last_chord: float | None = None

    @property
    def state(self) -> ListenerState:
        """What it knows of the musician now."""
        return ListenerState(
            self.phrase_begun,
            self._finder.belief,
            self._chords.found,
            self._implied.heard,
            tuple(self._lately),
            self._last_chord,
        )

    def restore(self, state: ListenerState) -> None:
        """Go on from what another listener knew."""
        self.phrase_begun, self._last_chord = state.phrase_begun, state.last_chord
        self._finder.believe(state.key)
        self._chords.go_on(state.chord)
        self._implied.go_on(state.implied)
        self._lately = deque(state.lately)

    @property
    def key(self) -> Key | None:
        """The key that the musician plays in; None until it is likely."""
        return self._finder.key

    def harmony(self, tick: int) -> Harmony | None:
        """Return the chord that the musician holds, or played in the last two bars; None if there is none."""
        return self._chords.harmony(self.keyboard.sounding, self._lately_from(tick))

    def reset(self) -> None:
        """Forget the chord: the music restarts, and its ticks with it."""
        self._chords.reset()
        self._implied.reset()

    def settle(self) -> None:
        """Take in that the phrase is over: segue is going to answer it, in the likeliest key."""
        self._finder.settle()

    def hear(
        self,
        completed: Iterable[Chord | Released],
        controls: Controls,
        transport: Transport | None,
        bpm: float,
        *,
        listens: bool = False,
    ) -> None:
        """Take in what the keyboard has completed: chords, and the real durations of notes that ended.

        Args:
            completed: chords and releases, in order.
            controls: the controls of the preset that plays.
            transport: when ticks come; None while nothing runs.
            bpm: the current tempo.
            listens: whether segue waits for a phrase, which then replaces what was played before.
        """
        for item in completed:
            if isinstance(item, Released):
                self._timeline.release(item, bpm)
            elif transport is None:
                self._take_alone(item, controls, bpm, listens)
            else:
                self._take_in_music(item, controls, transport)

    def fitted(
        self, controls: Controls, parts: Sequence[Part], mode: Mode, tick: int, newest: int
    ) -> Controls:
        """Return the controls adapted to what the musician plays.

        Args:
            controls: as they are set.
            parts: the parts of the preset that plays.
            mode: the mode; in `ACCOMPANY` segue keeps clear of the musician's hands.
            tick: the current tick.
            newest: the tick of the event after which the next one comes.
        """
        controls = replace(controls, resting_parts=parts_named(controls.mine, parts))
        if controls.follows(mode):
            controls = replace(controls, leanings=self._finder.leanings)
        if controls.plays_to_chords(mode):
            controls = self._in_harmony(controls, tick, newest)
        if mode is not Mode.ACCOMPANY:
            return controls
        self._forget_before(self._lately_from(tick))
        return keep_clear(controls, parts, self.keyboard.sounding, [note for _, note in self._lately])

    def _take_in_music(self, chord: Chord, controls: Controls, transport: Transport) -> None:
        tick = self._timing.tick_heard(chord.onset, transport)
        event = chord_event(chord, self._timeline.context.style, controls)
        # Report only the musician's notes, even if the event was joined with segue's.
        event = replace(event, ioi=self._timeline.insert(chord, event, tick).ioi)
        self._remember(chord, event, tick, controls)
        self._notify(event, tick)

    def _take_alone(self, chord: Chord, controls: Controls, bpm: float, listens: bool) -> None:
        event = chord_event(chord, self._timeline.context.style, controls)
        if self._last_chord is not None:
            passed = max(0.0, chord.onset - self._last_chord)
            event = replace(event, ioi=ticks_in(passed, bpm))
        if listens and not self.phrase_begun:
            # There is no beat yet, so assume that the phrase begins on a bar line.
            self._timeline.begin_phrase(self._timing.bars.place(0).after(-event.ioi))
            self.phrase_begun = True
        self._timeline.hear(chord, event)
        self._remember(chord, event, ticks_in(chord.onset, bpm), controls)
        self._notify(event, None)

    def _in_harmony(self, controls: Controls, tick: int, newest: int) -> Controls:
        """Return the controls with the chord that the musician plays, or else the one that they imply."""
        chord = self.harmony(tick)
        if chord is not None:
            sure = tuple(float(pitch in chord.pitch_classes) for pitch in range(12))
            return replace(controls, harmony=sure)
        if controls.chords_below not in (None, EVERY_NOTE):
            return controls
        # Most events come on a beat.
        beat, finder = (max(tick, newest) // PPQ + 1) * PPQ, self._finder
        sure = self._implied.shares(beat, tick, self._timing.bars, finder.probabilities, finder.at_home)
        return replace(controls, harmony=sure, implied=True)

    def _lately_from(self, tick: int) -> int:
        return tick - LATELY_BARS * self._timing.bars.meter_at(tick).bar_ticks

    def _forget_before(self, tick: int) -> None:
        while self._lately and self._lately[0][0] < tick:
            self._lately.popleft()

    def _remember(self, chord: Chord, event: Event, tick: int, controls: Controls) -> None:
        self._last_chord = chord.onset
        if self._lately and tick < self._lately[-1][0]:
            self._lately.clear()  # the music was restarted, and its ticks with it
        self._forget_before(self._lately_from(tick))
        self._lately.extend((tick, note) for note in event.notes)
        self._finder.hear(event.notes, tick)
        self._implied.hear(event.notes, tick)
        below = EVERY_NOTE if controls.chords_below is None else controls.chords_below
        held = {number for number in self.keyboard.sounding if number < below}
        self._chords.hear([note for note in event.notes if note.note < below], held, tick)
