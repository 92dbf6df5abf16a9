"""From the records of a set to music on its beats.

The ticks are those of the music, and the tempo map says when each beat really came, whoever set the tempo.
One take follows the other, each from the next bar line on. What the player played while nothing ran
stands in bars of its own, at the tempo of then; silence while nothing ran is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.channel_message import CONTROL_CHANGE, NOTE_OFF, NOTE_ON, SUSTAIN, ChannelMessage
from presets.sets.recording import PERCUSSION_CHANNEL, Recorded, Recording
from presets.sets.records import (
    Beat,
    Begun,
    Closed,
    Halted,
    Heard,
    Interrupted,
    MeterChanged,
    Opened,
    Plays,
    Record,
    Section,
    Sent,
    Use,
)
from presets.sets.takes import Take, as_tempo, markers_of, meters_of, presets_before, section_marks, tempo_map
from presets.sets.tracks import PortId, Tracks

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
    """A note-on, and where it ended: at a tick of its own take, or else at a moment."""

    take: Take
    tick: int
    port: PortId
    channel: int
    note: int
    velocity: int
    until: int | None = None
    until_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Turned:
    """Another channel message; between takes it has no tick, and belongs to the next one."""

    at: float
    take: Take | None
    tick: int
    port: PortId
    message: bytes


class _Scribe:
    """Takes the records of a set one by one."""

    def __init__(self) -> None:
        self._opened = FIRST
        self._tempo: int | None = None
        # The time signature of the newest take; None for that of the set.
        self._meter: Meter | None = None
        self._takes: dict[int, Take] = {}
        # What the player plays while nothing runs, and when something was played of it last.
        self._phrase: Take | None = None
        self._phrase_until = 0.0
        self._phrases: list[Take] = []
        self._idle_presets: list[Plays] = []
        self._sounding: dict[tuple[PortId, int, int], _Struck] = {}
        self._struck: list[_Struck] = []
        self._turned: list[_Turned] = []
        self._pedals: set[tuple[PortId, int]] = set()
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
            case Plays(at, number, tick):
                if number is None or tick is None:
                    self._idle_presets.append(record)
                else:
                    self._take_at(number, tick, at).take_over(tick, record)
            case Section(at, number, tick, label):
                self._take_at(number, tick, at).sections.append((tick, label))
            case MeterChanged(at, number, tick, meter):
                self._take_at(number, tick, at).meters.append((tick, meter))
                self._meter = meter
            case Begun(at, number, tick):
                take = self._take_at(number, tick, at)
                take.at, take.first = at, tick
                self._meter = None
            case Beat(at, number, tick):
                self._beat(self._take_at(number, tick, at), tick, at)
            case Halted(at, number, tick):
                self._take_at(number, tick, at)
            case Interrupted():
                self._interrupt(record)
            case Sent(output=output, hand=False):
                self._add_message(record, (False, output))
            case Heard(input=source, use=Use.MUSIC):
                self._add_message(record, (True, source))

    def _take_at(self, number: int, tick: int, at: float) -> Take:
        """Return a take that was going on at a tick; without its beginning it begins there."""
        if number not in self._takes:
            self._takes[number] = Take(at, tick, tick, self._steady)
        take = self._takes[number]
        take.reach(tick)
        return take

    def _beat(self, take: Take, tick: int, at: float) -> None:
        before = take.beats.get(tick - PPQ)
        if before is not None and before < at:
            self._tempo = as_tempo(at - before)
        take.beats[tick] = at

    @property
    def _steady(self) -> int:
        """Microseconds a quarter note, as it was last."""
        return self._tempo or as_tempo(60 / self._opened.bpm)

    def _add_message(self, record: Sent | Heard, port: PortId) -> None:
        """Add a message that came from a port, or went there; any but a channel message is no music."""
        message = ChannelMessage.from_bytes(record.message)
        if message is None:
            return
        take = None
        if record.take is not None and record.tick is not None:
            take = self._take_at(record.take, record.tick, record.at)
        if message.kind == NOTE_ON:
            self._begin(take or self._phrase_at(record.at), record, port, message)
            return
        take = take or self._phrase_that_lasts(record.at)
        if message.kind == NOTE_OFF:
            self._end(take, record, (port, message.channel, message.number))
        else:
            self._turn(take, record, port, message)

    def _begin(self, take: Take, record: Sent | Heard, port: PortId, message: ChannelMessage) -> None:
        """Begin a note; the same note ends if it sounds already."""
        key = port, message.channel, message.number
        self._end(take, record, key)
        struck = _Struck(take, self._tick_in(take, record), *key, message.value)
        self._struck.append(struck)
        self._sounding[key] = struck

    def _end(
        self, take: Take | None, record: Sent | Heard | Interrupted, key: tuple[PortId, int, int]
    ) -> None:
        """End a note, if it sounds."""
        struck = self._sounding.pop(key, None)
        if struck is None:
            return
        if take is struck.take:
            struck.until = self._tick_in(take, record)
        else:
            struck.until_seconds = record.at

    def _interrupt(self, interrupted: Interrupted) -> None:
        """End what sounds, and lift the pedals: nobody knows what was released meanwhile."""
        take = None
        if interrupted.take is not None and interrupted.tick is not None:
            take = self._take_at(interrupted.take, interrupted.tick, interrupted.at)
        take = take or self._phrase_that_lasts(interrupted.at)
        for key in list(self._sounding):
            self._end(take, interrupted, key)
        tick = 0 if take is None else self._tick_in(take, interrupted)
        for port, channel in sorted(self._pedals):
            lifted = bytes((CONTROL_CHANGE | channel, SUSTAIN, 0))
            self._turned.append(_Turned(interrupted.at, take, tick, port, lifted))
        self._pedals.clear()

    def _turn(self, take: Take | None, record: Sent | Heard, port: PortId, message: ChannelMessage) -> None:
        """Keep a message that is no note, unless it only says what nobody can hear."""
        was_heard, _ = port
        if message.releases_keys and was_heard:
            for key in [key for key in self._sounding if key[:2] == (port, message.channel)]:
                self._end(take, record, key)
        if message.is_mode or (message.is_pedal and self._is_up_already(port, message)):
            return
        if record.take is None and not was_heard:
            # While nothing runs segue chooses sounds for what it plays next, whatever the player plays.
            take = None
        tick = 0 if take is None else self._tick_in(take, record)
        self._turned.append(_Turned(record.at, take, tick, port, record.message))

    def _is_up_already(self, port: PortId, pedal: ChannelMessage) -> bool:
        """Follow a pedal; return whether it comes up without having been down, as a panic says it does."""
        was_down = (port, pedal.channel) in self._pedals
        (self._pedals.add if pedal.is_down else self._pedals.discard)((port, pedal.channel))
        return not (pedal.is_down or was_down)

    def _tick_in(self, take: Take, record: Sent | Heard | Interrupted) -> int:
        """Return a tick of a take: what the record says, or else what its moment says."""
        known = take.tick_at(record.at) if record.tick is None else record.tick
        take.reach(known)
        if take is self._phrase:
            self._phrase_until = max(self._phrase_until, record.at)
        return known

    def _phrase_that_lasts(self, at: float) -> Take | None:
        """Return what is played while nothing runs, unless a take has begun since, or a bar of silence."""
        if self._phrase is None or any(self._phrase_until < take.at <= at for take in self._takes.values()):
            return None
        is_held = any(struck.take is self._phrase for struck in self._sounding.values())
        bar = (self._meter or self._opened.meter).bar_ticks / PPQ * self._phrase.tempo / 1e6
        return self._phrase if is_held or at - self._phrase_until < bar else None

    def _phrase_at(self, at: float) -> Take:
        """Return what is played while nothing runs, begun anew if it has come to an end."""
        phrase = self._phrase_that_lasts(at)
        if phrase is None:
            meters = [] if self._meter is None else [(0, self._meter)]
            phrase = self._phrase = Take(at, 0, 0, self._steady, meters=meters)
            self._phrase_until = at
            self._phrases.append(phrase)
        return phrase

    def recording(self, name: str) -> Recording:
        """Return the music of what was taken."""
        meter = self._opened.meter
        lasts = [(struck, max(struck.tick + 1, self._until(struck))) for struck in self._struck]
        ends: dict[Take, int] = {}
        for struck, until in lasts:
            ends[struck.take] = max(until, ends.get(struck.take, until))
        takes = sorted((*self._takes.values(), *self._phrases), key=lambda take: take.at)
        played = [take for take in takes if take in ends]
        now = 0
        for take in played:
            now = take.put(now, ends[take], take.bars(meter))
        before = presets_before(takes, self._idle_presets)
        tracks = Tracks(self._opened.inputs)
        for struck, until in lasts:
            take = struck.take
            onset = take.tick_in_recording(struck.tick)
            duration = max(1, take.tick_in_recording(until) - onset)
            note = Recorded(onset, struck.note, duration, struck.velocity, struck.channel)
            # Nothing else is sent before the first bar.
            is_click = struck.tick < 0 and struck.channel == PERCUSSION_CHANNEL
            tracks.add(note, struck.port, take.preset_at(struck.tick, before[take]), is_click)
        for turned in self._turned:
            home = _take_of(turned, played)
            if home is not None:
                is_here = home is turned.take
                tick = home.tick_in_recording(turned.tick) if is_here else home.begin
                plays = home.preset_at(turned.tick if is_here else home.first, before[home])
                tracks.turn(tick, turned.message, turned.port, plays)
        tempos = tempo_map(played, as_tempo(60 / self._opened.bpm))
        markers, sections = markers_of(played, before), section_marks(played)
        return Recording(name, meters_of(played, meter), tempos, markers, tracks.finished(), sections)

    def _until(self, struck: _Struck) -> int:
        """Return the tick of its take where a note ends."""
        if struck.until is not None:
            return struck.until
        last = self._last if struck.until_seconds is None else struck.until_seconds
        return struck.take.bound(last, struck.take.bars(self._opened.meter))


def _take_of(turned: _Turned, played: Sequence[Take]) -> Take | None:
    """Return the take that a message is for; None if no music came after it."""
    if turned.take is not None and turned.take in played:
        return turned.take
    return next((take for take in played if take.at >= turned.at), None)
