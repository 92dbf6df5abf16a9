"""How exact a set was that has been heard: lateness, switches, panic, and whether anything hangs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mido import Message

from live.benchmarks.onsets import Onset, late_on_grid
from live.benchmarks.statistics import quantile
from live.core.controls.knobs import KNOBS
from live.core.controls.table import KEY_CHOICES
from presets.sets.channel_message import ALL_SOUND_OFF
from tests.jack.jack_server import RATE
from tests.measurements.clock_grid import ClockGrid
from tests.measurements.figures import summarize
from tests.measurements.frame_listener import Framed
from tests.measurements.long_set import ENTRIES, HANDS, HARDEST, LINES, SUSTAIN, program_of
from tests.measurements.pairs import count_unpaired, sounding

BARE_STEP = 0.25
"""Seconds from one note of the bare loop to the next."""

LONGEST_COMMIT_LEAD = 0.125
"""Seconds: who asks so long before a line must meet it; who asks later meets it, or the next."""

THRU_SECONDS = 0.1
"""How soon what hands play must have gone through."""

NOTES = ("note_on", "note_off")

LAST_CHANNEL = 15


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was heard, and what was done, in frames.

    Attributes:
        listener: what segue sent into its first output.
        second: and into the other.
        bare: what the bare loop sent meanwhile.
        asked: the program changes that asked for presets.
        hands: what hands played.
        panics: when panic was asked for.
        swing: where it was left, percent; straight before it was turned.
        swung: from when to when it was turned.
    """

    listener: Sequence[Framed]
    second: Sequence[Framed]
    bare: Sequence[Framed]
    asked: Sequence[Framed]
    hands: Sequence[Framed]
    panics: Sequence[int]
    swing: float
    swung: tuple[int, int]

    @property
    def grid(self) -> ClockGrid:
        """Where the music was."""
        return ClockGrid([f.frame for f in self.listener if f.message.type == "clock"])


def measure(heard: Heard) -> dict[str, Any]:
    """Return how exact the set was, and whether nothing of it hangs."""
    grid = heard.grid
    everything = [*heard.listener, *heard.second]
    errors = _note_errors(heard, grid)
    reference = _reference(heard.bare)
    limit = max(1.0, quantile(reference, 0.99))
    switches = [switch(asked, heard, grid) for asked in heard.asked]
    silences = [_silence(at, heard.listener) for at in heard.panics]
    through = [_through(f, heard.listener) for f in heard.hands if f.message.type == "note_on"]
    unpaired = sum(count_unpaired(_notes(listener)) for listener in (heard.listener, heard.second))
    at_end = [len(sounding(_notes(listener))) for listener in (heard.listener, heard.second)]
    pedal = [f.message.value for f in everything if f.message.is_cc(SUSTAIN)][-1]
    late = sum(error > limit for error in errors)
    missed = [one for one in switches if not one["as it must be"]]
    lost = through.count(None)
    return {
        "as it must be": not any((late, unpaired, *at_end, pedal, missed, lost, *silences)),
        "segue's notes": len(errors),
        "off their place, frames": summarize(errors, 1, 1),
        "bare loop: notes": len(reference),
        "bare loop: off their moment, frames": summarize(reference, 1, 1),
        "notes off by more than the bare loop's p99, or a frame": late,
        "clocks": len(grid.frames),
        "clocks off the middle of their neighbours by 2 frames or more": grid.uneven(),
        "switches on their line": f"{len(switches) - len(missed)} of {len(switches)}",
        "hands' notes": len(through),
        "hands' notes that did not go through": lost,
        "from a key to its note, ms": summarize([at / RATE for at in through if at is not None]),
        "notes that sounded after panic": [len(one) for one in silences],
        "unpaired": unpaired,
        "sounding at the end": sum(at_end),
        "pedal at the end": pedal,
        "switches": switches,
    }


def switch(asked: Framed, heard: Heard, grid: ClockGrid) -> dict[str, Any]:
    """Return what became of a request for a preset, and whether that is as it must be."""
    number = asked.message.program
    entry = ENTRIES[number]
    clocks = LINES[entry.switch]
    programs = {
        program_of(number, place): heard.second if part == entry.elsewhere else heard.listener
        for place, part in enumerate(entry.parts)
    }
    came = [_program_change(program, listener, asked.frame) for program, listener in programs.items()]
    at = came[0]
    figures: dict[str, Any] = {"preset": entry.name, "line": entry.switch}
    if at is None or at not in grid.frames or set(came) != {at}:
        return {"as it must be": False, **figures, "frames": came}
    line = grid.frames.index(at)
    latest = grid.next_line(asked.frame + LONGEST_COMMIT_LEAD * RATE, clocks)
    first = min(
        (f.frame for f in (*heard.listener, *heard.second) if f.frame >= at and _is_segues(f)), default=at
    )
    before = sounding(_notes(_until_program_change(heard.listener, at)))
    old = before - {(HANDS, note) for note in _held(heard.hands, at)}
    right = line % clocks == 0 and latest is not None and line <= latest and not old
    return {
        "as it must be": right,
        **figures,
        "ms waited": round((at - asked.frame) / RATE * 1e3),
        "clocks off": line % clocks,
        "old notes": len(old),
        "first note": first - at,
    }


def not_turned(news: Sequence[dict[str, Any]]) -> list[str]:
    """Return the knobs that were not seen at both of their ends."""
    seen = {(one["name"], one["text"]) for one in news if one["type"] == "knob"}
    ends = {knob.name: {knob.text(knob.low), knob.text(knob.high)} for knob in KNOBS}
    # Where a preset has no key of its own, that is any.
    ends["key"] = {KEY_CHOICES[2], KEY_CHOICES[-1]}
    return [name for name, texts in ends.items() if not {(name, text) for text in texts} <= seen]


def _note_errors(heard: Heard, grid: ClockGrid) -> list[float]:
    """Return by how many frames each of segue's notes is off its place."""
    begun, settled = heard.swung
    swings = {"straight": [50.0], "turned": [*range(50, 76)], "left": [heard.swing]}
    frames: dict[str, list[int]] = {name: [] for name in swings}
    for f in (*heard.listener, *heard.second):
        if _is_segues(f):
            frames["straight" if f.frame < begun else "turned" if f.frame < settled else "left"].append(
                f.frame
            )
    return [abs(error) for name in swings for error in grid.errors(frames[name], swings[name])]


def _reference(bare: Sequence[Framed]) -> list[float]:
    onsets = [Onset(f.frame / RATE, 0, f.message.note) for f in bare if f.message.type == "note_on"]
    return [late * RATE for late in late_on_grid(onsets, BARE_STEP)]


def _is_segues(f: Framed) -> bool:
    """Return whether it is a note-on that no hand has struck."""
    return f.message.type == "note_on" and (f.message.channel, f.message.velocity) != (HANDS, HARDEST)


def _notes(heard: Sequence[Framed]) -> list[Message]:
    return [f.message for f in heard if f.message.type in NOTES]


def _program_change(program: int, heard: Sequence[Framed], since: int) -> int | None:
    return next(
        (
            f.frame
            for f in heard
            if f.frame > since and f.message.type == "program_change" and f.message.program == program
        ),
        None,
    )


def _until_program_change(heard: Sequence[Framed], at: int) -> Sequence[Framed]:
    """Return what came before the program changes of a frame."""
    end = next(i for i, f in enumerate(heard) if f.frame == at and f.message.type == "program_change")
    return heard[:end]


def _held(hands: Sequence[Framed], at: int) -> set[int]:
    """Return the notes that hands hold at a frame, or have just let go of."""
    held: dict[int, int | None] = {}
    for f in hands:
        if f.message.type == "note_on" and f.frame <= at:
            held[f.message.note] = None
        elif f.message.type == "note_off" and f.frame <= at:
            held[f.message.note] = f.frame
    return {note for note, off in held.items() if off is None or off > at - THRU_SECONDS * RATE}


def _silence(asked: int, listener: Sequence[Framed]) -> set[tuple[int, int]]:
    """Return what of the notes before a panic sounds after it."""
    last = next(
        index
        for index, f in enumerate(listener)
        if f.frame > asked and f.message.is_cc(ALL_SOUND_OFF) and f.message.channel == LAST_CHANNEL
    )
    return sounding(_notes(listener[: last + 1]))


def _through(struck: Framed, listener: Sequence[Framed]) -> int | None:
    """Return how many frames later what a hand struck went out; None if it did not."""
    return next(
        (
            f.frame - struck.frame
            for f in listener
            if struck.frame <= f.frame <= struck.frame + THRU_SECONDS * RATE and f.message == struck.message
        ),
        None,
    )
