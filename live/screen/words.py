"""Puts states, positions, presets and copies into words, for the screen and the lines."""

import re
from pathlib import PurePosixPath

from live.core.controls.mode import Mode
from live.core.controls.note_names import note_name
from live.core.performer.status import BeatClock
from live.core.planning.states import Entry, LongestCopy, Source, State
from live.screen.snapshot import Coming, Sections, Snapshot
from live.setlist.repertoire import Offer
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import ORIGINALITY
from presets.music.event import PPQ
from presets.music.originality import VerbatimPassage

STATES = {
    State.LISTENING: "listening: play a phrase, then rest",
    State.STOPPED: "stopped",
    State.WAITING: "waiting for Start from the clock",
    State.PLAYING: "playing",
    State.FINISHED: "finished",
}

TURNS = {Source.SEGUE: "segue's turn", Source.PLAYER: "your turn"}

LEAST_COPY = int(ORIGINALITY.low)
"""Minimum length of a copy to show, in events, and the lowest limit: any two pieces share a few chords."""

ENDINGS = frozenset((".mid", ".midi", ".mxl", ".xml", ".musicxml", ".abc", ".krn"))
"""The suffixes of files that a preset learns from."""

FORMAT = re.compile(r"[-_]format\d?$")
"""What piano-midi.de appends to file names: the format of the MIDI file."""

NAMES = {Source.SEGUE: "segue", Source.PLAYER: "you"}


def describe(entry: Entry, bars: BarLines) -> str:
    """Return an event as one line: position, who, notes, and the preset's nearest reading if not exact."""
    where = str(bars.position(entry.tick)) if entry.tick is not None and entry.tick >= 0 else "-"
    notes = " ".join(map(note_name, entry.event.note_numbers))
    nearest = "" if entry.understood.exact else f"  (nearest it knows: {entry.understood.text})"
    return f"{where:>9}  {NAMES[entry.source]:<5}  {notes}{nearest}"


def state_words(snapshot: Snapshot) -> str:
    """Return the performer's state."""
    if snapshot.state is not State.PLAYING:
        return STATES[snapshot.state]
    if snapshot.clock.tick is not None and snapshot.clock.tick < 0:
        return "counting in"
    rests = snapshot.mode is Mode.HOLD or snapshot.turn is Source.PLAYER
    return "listening" if rests else STATES[State.PLAYING]


def turn_words(snapshot: Snapshot) -> str:
    """Return how many bars the call has so far, or segue's answer in all: `call of 2 bars`; or ""."""
    if snapshot.turn_bars is None or snapshot.state is not State.PLAYING:
        return ""
    bars = _counted(snapshot.turn_bars, "bar")
    return f"answer of {bars}" if snapshot.turn is Source.SEGUE else f"call of {bars}"


def mine_words(snapshot: Snapshot) -> str:
    """Return which parts the musician plays: `you: melody`; or ""."""
    return f"you: {', '.join(snapshot.mine)}" if snapshot.mine else ""


def tempo_words(clock: BeatClock) -> str:
    """Return the tempo and where it comes from."""
    source = "MIDI clock in" if clock.follows else "own clock"
    return f"{clock.bpm:.4g} bpm  {source}  {clock.meter}"


def heard_words(snapshot: Snapshot) -> str:
    """Return the musician's chord and key as segue has understood them: `Am7 in C major`; or ""."""
    chord, key = (str(heard or "") for heard in (snapshot.harmony_heard, snapshot.key_heard))
    return f"{chord} in {key}" if chord and key else chord or key


def where_words(clock: BeatClock) -> str:
    """Return the bar and the beat, from 1; if stopped, where to continue, or "" if the music will restart."""
    if clock.tick is None:
        return goes_on_words(clock)
    where = clock.bars.position(clock.tick)
    if where.bar < 0:
        return f"count-in  {-where.bar}  beat {where.beat + 1}"
    return f"bar {where.bar + 1}  beat {where.beat + 1}"


def goes_on_words(clock: BeatClock) -> str:
    """Return where stopped music will continue: `goes on at bar 3 beat 2`; or ""."""
    tick = clock.goes_on_at
    return "" if tick is None else f"goes on at {place_words(tick, clock.bars)}"


def place_words(tick: int, bars: BarLines) -> str:
    """Return the position of a tick: its bar, and its beat if that is not the first."""
    where = bars.position(tick)
    return f"bar {where.bar + 1}" if not where.beat else f"bar {where.bar + 1} beat {where.beat + 1}"


def time_left(coming: Coming, clock: BeatClock) -> tuple[int, int]:
    """Return the time until a preset takes over: whole bars, and beats rounded up."""
    left = max(0, coming.tick - (clock.tick or 0))
    bars, ticks = divmod(left, clock.meter.bar_ticks)
    beats = -(-ticks // PPQ)
    # If rounding up gives as many beats as a bar has, return one more bar instead.
    return (bars + 1, 0) if beats * PPQ == clock.meter.bar_ticks else (bars, beats)


def left_words(coming: Coming, clock: BeatClock) -> str:
    """Return the time until a preset takes over: `in 2 bars 1 beat`."""
    bars, beats = time_left(coming, clock)
    counted = [_counted(bars, "bar")] * (bars > 0) + [_counted(beats, "beat")] * (beats > 0)
    return f"in {' '.join(counted)}" if counted else "now"


def coming_words(coming: Coming | None, clock: BeatClock) -> str:
    """Return which preset takes over next, and when: `next bach in 2 bars, at bar 9`; or ""."""
    if coming is None:
        return ""
    words = f"next {coming.preset} {left_words(coming, clock)}, at {place_words(coming.tick, clock.bars)}"
    meter = clock.bars.meter_at(coming.tick)
    return words if meter == clock.meter else f"{words}, in {meter}"


def section_words(sections: Sections | None, clock: BeatClock) -> str:
    """Return where the form is, and what comes next: `A', B in 2 bars`; or "" if there is none."""
    if sections is None:
        return ""
    return f"{sections.now}, {sections.after} {left_words(Coming(sections.after, sections.tick), clock)}"


def offer_words(number: int, offer: Offer, playing: int | None) -> str:
    """Return a preset with its key: in brackets if it plays, in parentheses if it cannot be played yet."""
    words = f"{number + 1} {offer.name}"
    if number == playing:
        return f"[{words}]"
    return words if offer.trouble is None else f"({words})"


def copying_words(run: VerbatimPassage) -> str:
    """Return what segue is copying: `now 5 of waltz`; or "" if the copy is too short to show."""
    return f"now {run.length} of {piece_words(run.piece)}" if run.length >= LEAST_COPY else ""


def longest_copy_words(longest: LongestCopy | None) -> str:
    """Return the longest copy: `longest copy 9 events of waltz`; or "" if it is too short to show."""
    if longest is None or longest.run.length < LEAST_COPY:
        return ""
    return f"longest copy {longest.run.length} events of {piece_words(longest.run.piece)}"


def limit_words(originality: int | None) -> str:
    """Return the limit that copies stay below: `copies below 8`; or "" without a limit."""
    return "" if originality is None else f"copies below {originality}"


def piece_words(piece: str) -> str:
    """Return a readable name of a training piece: `chpn op27 1` for `waltzes/chpn_op27_1.mid`."""
    path = PurePosixPath(piece)
    if path.suffix.lower() not in ENDINGS:
        return piece  # a name and not a path: keep its dots and slashes
    words = FORMAT.sub("", path.stem).replace("_", " ") or path.stem
    return f"piece {words}" if words.isdecimal() else words


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
