"""What segue hears of the player's hands: chords in the music, where the hands are, and in which key."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport, ticks_in
from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.controls.values import Controls
from live.core.input.key_finder import KeyFinder
from live.core.input.keyboard import Chord, Keyboard, Released
from live.core.performer.accompaniment import beside
from live.core.planning.chord_events import chord_event
from live.core.planning.timeline import Timeline
from presets.bundles.settings import Part
from presets.music.encoding import Position
from presets.music.event import Event, Note

LATELY_BARS = 2
"""How long what hands struck tells where they are."""


class Listener:
    """Takes what hands do into the music. Owned by one thread.

    Args:
        timeline: of the music.
        timing: how notes lie on the beat.
        bar_ticks: of a bar.
        notify: told of each chord: the event that it is, and its tick, or None while nothing runs.

    Attributes:
        keyboard: the keys that are down, and what the pedal keeps.
        phrase_begun: whether hands have struck anything since the listening began.
    """

    def __init__(
        self,
        timeline: Timeline,
        timing: Timing,
        bar_ticks: int,
        notify: Callable[[Event, int | None], None],
    ) -> None:
        self.keyboard = Keyboard()
        self.phrase_begun = False
        self._timeline = timeline
        self._timing = timing
        self._bar_ticks = bar_ticks
        self._notify = notify
        self._finder = KeyFinder()
        self._lately: deque[tuple[int, Note]] = deque()
        self._last_chord: float | None = None

    @property
    def key(self) -> Key | None:
        """The key that the player is in; None until that is sure."""
        return self._finder.key

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
            completed: in order.
            controls: of the preset that plays.
            transport: where ticks lie; None while nothing runs.
            bpm: the tempo, now.
            listens: whether a phrase is waited for, which then takes the place of what was played.
        """
        for item in completed:
            if isinstance(item, Released):
                self._timeline.release(item, bpm)
            elif transport is None:
                self._take_alone(item, controls, bpm, listens)
            else:
                self._take_in_music(item, controls, transport)

    def fitted(self, controls: Controls, parts: Sequence[Part], mode: Mode, tick: int) -> Controls:
        """Return controls as the player's hands leave them.

        Args:
            controls: as they are turned.
            parts: of the preset that plays.
            mode: the way of playing; in `ACCOMPANY` the music keeps clear of the hands, and to their key
                unless another is locked.
            tick: where the music is.
        """
        follows = controls.follow_key or (mode is Mode.ACCOMPANY and controls.key is None)
        if follows and self.key is not None:
            controls = replace(controls, key=self.key)
        if mode is not Mode.ACCOMPANY:
            return controls
        while self._lately and self._lately[0][0] < tick - LATELY_BARS * self._bar_ticks:
            self._lately.popleft()
        return beside(controls, parts, self.keyboard.sounding, [note for _, note in self._lately])

    def _take_in_music(self, chord: Chord, controls: Controls, transport: Transport) -> None:
        tick = self._timing.tick_heard(chord.onset, transport)
        event = chord_event(chord, self._timeline.context.style, controls)
        # Who watches sees what the hands played, also where it is one event with segue's own.
        event = replace(event, ioi=self._timeline.insert(chord, event, tick).ioi)
        self._remember(chord, event, tick)
        self._notify(event, tick)

    def _take_alone(self, chord: Chord, controls: Controls, bpm: float, listens: bool) -> None:
        event = chord_event(chord, self._timeline.context.style, controls)
        if self._last_chord is not None:
            passed = max(0.0, chord.onset - self._last_chord)
            event = replace(event, ioi=ticks_in(passed, bpm))
        if listens and not self.phrase_begun:
            # Nobody knows where a phrase begins: on a bar line.
            self._timeline.begin_phrase(Position(0, self._bar_ticks).after(-event.ioi))
            self.phrase_begun = True
        self._timeline.hear(chord, event)
        self._remember(chord, event, ticks_in(chord.onset, bpm))
        self._notify(event, None)

    def _remember(self, chord: Chord, event: Event, tick: int) -> None:
        self._last_chord = chord.onset
        if self._lately and tick < self._lately[-1][0]:
            self._lately.clear()  # another music, whose ticks begin anew
        self._lately.extend((tick, note) for note in event.notes)
        self._finder.hear(event.notes, tick)
