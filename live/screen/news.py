"""Lists what happened since the last snapshot, as values that a program can read."""

from collections.abc import Iterator
from typing import Any

from live.core.controls.note_names import note_name
from live.core.performer.status import BeatClock, Copies
from live.core.planning.states import Entry
from live.screen.snapshot import Sections, Snapshot
from live.screen.words import NAMES, state_words
from presets.bundles.bar_lines import BarLines
from presets.music.event import PPQ

News = dict[str, Any]
"""One thing that happened: its `type`, its position in time, and the keys that `docs/screen.md` lists."""


def news(snapshot: Snapshot, before: Snapshot | None) -> Iterator[News]:
    """Yield what happened, in order.

    Args:
        snapshot: the present snapshot.
        before: the snapshot before it; None to report the whole state.
    """
    bars = snapshot.clock.bars
    now = {"at": round(snapshot.now, 3), **_place(snapshot.clock.tick, bars)}
    stood = {} if before is None else _standing(before)
    for type_, said in _standing(snapshot).items():
        if stood.get(type_) != said:
            yield {"type": type_, **now, **said}
    positions = {} if before is None else {dial.name: dial.text for dial in before.panel.dials}
    for dial in snapshot.panel.dials:
        if positions.get(dial.name) != dial.text:
            yield {"type": "knob", **now, "name": dial.name, "text": dial.text, "position": dial.position}
    for entry in new_entries(snapshot, before):
        yield {"type": "event", "at": now["at"], **_event(entry, bars)}


def new_entries(snapshot: Snapshot, before: Snapshot | None) -> list[Entry]:
    """Return the events that were not in the snapshot before, oldest first."""
    last = before.history[-1] if before is not None and before.history else None
    new: list[Entry] = []
    for entry in reversed(snapshot.history):
        if entry is last:
            break
        new.append(entry)
    return new[::-1]


def _standing(snapshot: Snapshot) -> dict[str, News]:
    """Return the present state: everything that lasts until it changes."""
    clock, setlist, coming = snapshot.clock, snapshot.setlist, snapshot.setlist.coming
    return {
        "ports": {"output": snapshot.ports.output, "inputs": list(snapshot.ports.inputs)},
        "preset": {"name": setlist.preset, "title": setlist.title, "set": setlist.set_name},
        "switch": {
            "to": None if coming is None else coming.preset,
            **({} if coming is None else {"on": _place(coming.tick, clock.bars)}),
        },
        "state": {"state": snapshot.state.name.lower(), "text": state_words(snapshot), **_goes_on(clock)},
        "section": _section(snapshot.sections, clock.bars),
        "mode": {"mode": snapshot.mode.value},
        "turn": {"turn": None if snapshot.turn is None else NAMES[snapshot.turn], "bars": snapshot.turn_bars},
        "heard": {"key": _text(snapshot.key_heard), "chord": _text(snapshot.harmony_heard)},
        "me": {"parts": list(snapshot.mine)},
        "mute": {"muted": snapshot.muted},
        "meter": {"meter": str(clock.meter)},
        "tempo": {"bpm": round(clock.bpm, 2), "source": "midi-in" if clock.follows else "internal"},
        "left-out": {"dropped": snapshot.timekeeping.dropped, "rested": snapshot.timekeeping.rested},
        "copy": _copy(snapshot.copies),
        "notice": {"text": snapshot.notice},
    }


def _text(heard: object | None) -> str | None:
    return None if heard is None else str(heard)


def _section(sections: Sections | None, bars: BarLines) -> News:
    if sections is None:
        return {"label": None}
    return {"label": sections.now, "next": sections.after, "on": _place(sections.tick, bars)}


def _goes_on(clock: BeatClock) -> News:
    tick = clock.goes_on_at
    return {} if tick is None else {"goes_on": _place(tick, clock.bars)}


def _copy(copies: Copies) -> News:
    longest = copies.longest
    return {
        "events": copies.current.length,
        "piece": copies.current.piece or None,
        "below": copies.limit,
        "longest": None
        if longest is None
        else {
            "events": longest.run.length,
            "piece": longest.run.piece,
            "preset": longest.preset,
            "tick": longest.tick,
        },
    }


def _event(entry: Entry, bars: BarLines) -> News:
    notes = entry.event.notes
    return {
        **_place(entry.tick, bars),
        "tick": entry.tick,
        "who": NAMES[entry.source],
        "notes": [note.note for note in notes],
        "names": [note_name(note.note) for note in notes],
        "velocities": [note.velocity for note in notes],
        "beats": [round(note.duration / PPQ, 4) for note in notes],
        "nearest": None if entry.understood.exact else entry.understood.text,
    }


def _place(tick: int | None, bars: BarLines) -> News:
    """Return the bar and the beat, counted from 1; the bars of a count-in are negative or 0."""
    if tick is None:
        return {"bar": None, "beat": None}
    where = bars.position(tick)
    return {"bar": where.bar + 1, "beat": where.beat + 1}
