"""From the records of a set to music on its beats.

The ticks are those of the music, and the tempo map says when each beat really came, whoever set the tempo.
One take stands after the other, each from the next bar line on. What the player played while nothing ran
stands in bars of its own, at the tempo of then; silence while nothing ran is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.channel_message import NOTE_OFF, NOTE_ON, ChannelMessage
from presets.sets.recording import PERCUSSION_CHANNEL, Recorded, Recording
from presets.sets.records import Beat, Begun, Closed, Halted, Heard, Opened, Plays, Record, Sent, Use
from presets.sets.takes import Passage, as_tempo, markers_of, presets_before, tempo_map
from presets.sets.tracks import Place, Tracks

LONGEST_SECONDS, LONGEST_TICKS = 1e9, (1 << 28) - 1
"""What is beyond them is damaged: years, and more than a MIDI file can say in one step."""

FIRST = Opened("", None, Meter(), 120.0, (), ())
"""What is taken for granted where a journal has lost its first line."""


def transcribe(records: Iterable[Record], name: str) -> Recording:
    """Return the music of a set; whatever the records are, and in whatever order, there is one.

    Segue's notes stand on a track for each preset and part, by the output and channel of the preset that
    played then; the player's on a track of their own, as they were heard; a count-in's clicks on another. A
    note that was never ended ends at the last moment known.

    Args:
        records: of one journal, in its order.
        name: title of the recording.
    """
    scribe = _Scribe()
    for record in records:
        scribe.add(record)
    return scribe.recording(name)


@dataclass(slots=True, eq=False)
class _Struck:
    """A note-on, and where it ended: at a tick of its own passage, or else at a moment."""

    passage: Passage
    tick: int
    place: Place
    channel: int
    note: int
    velocity: int
    until: int | None = None
    until_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Turned:
    """Another channel message; between passages it has no tick, and belongs to the next one."""

    at: float
    passage: Passage | None
    tick: int
    place: Place
    message: bytes


class _Scribe:
    """Takes the records of a set one by one."""

    def __init__(self) -> None:
        self._opened = FIRST
        self._tempo: int | None = None
        self._takes: dict[int, Passage] = {}
        # What the player plays while nothing runs, and when something was played of it last.
        self._phrase: Passage | None = None
        self._phrase_until = 0.0
        self._phrases: list[Passage] = []
        self._idle_presets: list[Plays] = []
        self._sounding: dict[tuple[Place, int, int], _Struck] = {}
        self._struck: list[_Struck] = []
        self._turned: list[_Turned] = []
        self._pedals: set[tuple[Place, int]] = set()
        self._last = 0.0

    def add(self, record: Record) -> None:
        """Add a record; one that cannot be is passed over."""
        if isinstance(record, Opened):
            self._opened = record
            return
        tick = None if isinstance(record, Closed) else record.tick
        # Turned round, for a moment may be no number.
        if not abs(record.at) <= LONGEST_SECONDS or (tick is not None and abs(tick) > LONGEST_TICKS):
            return
        self._last = max(self._last, record.at)
        match record:
            case Plays(at, take, tick):
                if take is None or tick is None:
                    self._idle_presets.append(record)
                else:
                    self._take_at(take, tick, at).take_over(tick, record)
            case Begun(at, take, tick):
                passage = self._take_at(take, tick, at)
                passage.at, passage.first = at, tick
            case Beat(at, take, tick):
                self._beat(self._take_at(take, tick, at), tick, at)
            case Halted(at, take, tick):
                self._take_at(take, tick, at)
            case Sent(output=output, hand=False):
                self._add_message(record, (False, output))
            case Heard(input=source, use=Use.MUSIC):
                self._add_message(record, (True, source))

    def _take_at(self, number: int, tick: int, at: float) -> Passage:
        """Return a take that was going on at a tick; without its beginning it begins there."""
        if number not in self._takes:
            self._takes[number] = Passage(at, tick, tick, self._steady)
        passage = self._takes[number]
        passage.reach(tick)
        return passage

    def _beat(self, passage: Passage, tick: int, at: float) -> None:
        before = passage.beats.get(tick - PPQ)
        if before is not None and before < at:
            self._tempo = as_tempo(at - before)
        passage.beats[tick] = at

    @property
    def _steady(self) -> int:
        """Microseconds a quarter note, as it was last."""
        return self._tempo or as_tempo(60 / self._opened.bpm)

    def _add_message(self, record: Sent | Heard, place: Place) -> None:
        """Add a message that came from a place, or went there; any but a channel message is no music."""
        message = ChannelMessage.from_bytes(record.message)
        if message is None:
            return
        passage = None
        if record.take is not None and record.tick is not None:
            passage = self._take_at(record.take, record.tick, record.at)
        if message.kind == NOTE_ON:
            self._begin(passage or self._phrase_at(record.at), record, place, message)
            return
        passage = passage or self._phrase_that_lasts(record.at)
        if message.kind == NOTE_OFF:
            self._end(passage, record, (place, message.channel, message.number))
        else:
            self._turn(passage, record, place, message)

    def _begin(self, passage: Passage, record: Sent | Heard, place: Place, message: ChannelMessage) -> None:
        """Begin a note; the same note ends if it sounds already."""
        key = place, message.channel, message.number
        self._end(passage, record, key)
        struck = _Struck(passage, self._tick_in(passage, record), *key, message.value)
        self._struck.append(struck)
        self._sounding[key] = struck

    def _end(self, passage: Passage | None, record: Sent | Heard, key: tuple[Place, int, int]) -> None:
        """End a note, if it sounds."""
        struck = self._sounding.pop(key, None)
        if struck is None:
            return
        if passage is struck.passage:
            struck.until = self._tick_in(passage, record)
        else:
            struck.until_seconds = record.at

    def _turn(
        self, passage: Passage | None, record: Sent | Heard, place: Place, message: ChannelMessage
    ) -> None:
        """Keep a message that is no note, unless it only says what nobody can hear."""
        was_heard, _ = place
        if message.releases_keys and was_heard:
            for key in [key for key in self._sounding if key[:2] == (place, message.channel)]:
                self._end(passage, record, key)
        if message.is_mode or (message.is_pedal and self._is_up_already(place, message)):
            return
        if record.take is None and not was_heard:
            # While nothing runs segue chooses sounds for what it plays next, whatever the player plays.
            passage = None
        tick = 0 if passage is None else self._tick_in(passage, record)
        self._turned.append(_Turned(record.at, passage, tick, place, record.message))

    def _is_up_already(self, place: Place, pedal: ChannelMessage) -> bool:
        """Follow a pedal; return whether it comes up without having been down, as a panic says it does."""
        was_down = (place, pedal.channel) in self._pedals
        (self._pedals.add if pedal.is_down else self._pedals.discard)((place, pedal.channel))
        return not (pedal.is_down or was_down)

    def _tick_in(self, passage: Passage, record: Sent | Heard) -> int:
        """Return a tick of a passage: what the record says, or else what its moment says."""
        known = passage.tick_at(record.at) if record.tick is None else record.tick
        passage.reach(known)
        if passage is self._phrase:
            self._phrase_until = max(self._phrase_until, record.at)
        return known

    def _phrase_that_lasts(self, at: float) -> Passage | None:
        """Return what is played while nothing runs, unless a take has begun since, or a bar of silence."""
        if self._phrase is None or any(self._phrase_until < take.at <= at for take in self._takes.values()):
            return None
        is_held = any(struck.passage is self._phrase for struck in self._sounding.values())
        bar = self._opened.meter.bar_ticks / PPQ * self._phrase.tempo / 1e6
        return self._phrase if is_held or at - self._phrase_until < bar else None

    def _phrase_at(self, at: float) -> Passage:
        """Return what is played while nothing runs, begun anew if it has come to an end."""
        phrase = self._phrase_that_lasts(at)
        if phrase is None:
            phrase = self._phrase = Passage(at, 0, 0, self._steady)
            self._phrase_until = at
            self._phrases.append(phrase)
        return phrase

    def recording(self, name: str) -> Recording:
        """Return the music of what was taken."""
        meter = self._opened.meter
        bar = meter.bar_ticks
        lasts = [(struck, max(struck.tick + 1, self._until(struck, bar))) for struck in self._struck]
        ends: dict[Passage, int] = {}
        for struck, until in lasts:
            ends[struck.passage] = max(until, ends.get(struck.passage, until))
        passages = sorted((*self._takes.values(), *self._phrases), key=lambda passage: passage.at)
        played = [passage for passage in passages if passage in ends]
        now = 0
        for passage in played:
            now = passage.put(now, ends[passage], bar)
        before = presets_before(passages, self._idle_presets)
        tracks = Tracks(self._opened.inputs)
        for struck, until in lasts:
            passage = struck.passage
            onset = passage.place_of(struck.tick)
            duration = max(1, passage.place_of(until) - onset)
            note = Recorded(onset, struck.note, duration, struck.velocity, struck.channel)
            # Nothing else is sent before the first bar.
            is_click = struck.tick < 0 and struck.channel == PERCUSSION_CHANNEL
            tracks.add(note, struck.place, passage.preset_at(struck.tick, before[passage]), is_click)
        for turned in self._turned:
            home = _passage_of(turned, played)
            if home is not None:
                is_here = home is turned.passage
                tick = home.place_of(turned.tick) if is_here else home.begin
                plays = home.preset_at(turned.tick if is_here else home.first, before[home])
                tracks.turn(tick, turned.message, turned.place, plays)
        tempos = tempo_map(played, as_tempo(60 / self._opened.bpm))
        return Recording(name, ((0, meter),), tempos, markers_of(played, before), tracks.finished())

    def _until(self, struck: _Struck, bar: int) -> int:
        """Return the tick of its passage where a note ends."""
        if struck.until is not None:
            return struck.until
        last = self._last if struck.until_seconds is None else struck.until_seconds
        return struck.passage.bound(last, bar)


def _passage_of(turned: _Turned, played: Sequence[Passage]) -> Passage | None:
    """Return the passage that a message is for; None if no music came after it."""
    if turned.passage is not None and turned.passage in played:
        return turned.passage
    return next((passage for passage in played if passage.at >= turned.at), None)
