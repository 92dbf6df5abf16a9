"""What happened since the last snapshot, as values that a program can read."""

from collections.abc import Iterator
from typing import Any

from live.core.beat.transport import position
from live.core.controls.note_names import note_name
from live.core.planning.states import Entry
from live.screen.snapshot import Snapshot
from live.screen.words import NAMES, state_words
from presets.bundles.settings import Meter
from presets.music.event import PPQ

News = dict[str, Any]
"""One thing that happened: its `type`, its place in time, and what `docs/screen.md` says of each type."""


def news(snapshot: Snapshot, before: Snapshot | None) -> Iterator[News]:
    """Yield what happened, in order.

    Args:
        snapshot: the moment.
        before: the snapshot before it; without one, how everything stands is told, too.
    """
    now = {"at": round(snapshot.now, 3), **_place(snapshot.tick, snapshot.meter)}
    stood = {} if before is None else _standing(before)
    for type_, said in _standing(snapshot).items():
        if stood.get(type_) != said:
            yield {"type": type_, **now, **said}
    positions = {} if before is None else {dial.name: dial.text for dial in before.dials}
    for dial in snapshot.dials:
        if positions.get(dial.name) != dial.text:
            yield {"type": "knob", **now, "name": dial.name, "text": dial.text, "position": dial.position}
    for entry in new_entries(snapshot, before):
        yield {"type": "event", "at": now["at"], **_event(entry, snapshot.meter)}


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
    """Return what lasts until it changes."""
    coming = snapshot.coming
    return {
        "ports": {"output": snapshot.output, "inputs": list(snapshot.inputs)},
        "preset": {"name": snapshot.preset, "title": snapshot.title, "set": snapshot.set_name},
        "switch": {
            "to": None if coming is None else coming.preset,
            **({} if coming is None else {"on": _place(coming.tick, snapshot.meter)}),
        },
        "state": {"state": snapshot.state.name.lower(), "text": state_words(snapshot), **_goes_on(snapshot)},
        "mode": {"mode": snapshot.mode.value},
        "turn": {"turn": None if snapshot.turn is None else NAMES[snapshot.turn]},
        "mute": {"muted": snapshot.muted},
        "tempo": {"bpm": round(snapshot.bpm, 2), "source": "midi-in" if snapshot.follows else "internal"},
        "left-out": {"dropped": snapshot.dropped, "rested": snapshot.rested},
        "copy": _copy(snapshot),
        "notice": {"text": snapshot.notice},
    }


def _goes_on(snapshot: Snapshot) -> News:
    tick = snapshot.goes_on_at
    return {} if tick is None else {"goes_on": _place(tick, snapshot.meter)}


def _copy(snapshot: Snapshot) -> News:
    copying, longest = snapshot.copying, snapshot.longest_copy
    return {
        "events": copying.length,
        "piece": copying.piece or None,
        "below": snapshot.originality,
        "longest": None
        if longest is None
        else {
            "events": longest.run.length,
            "piece": longest.run.piece,
            "preset": longest.preset,
            "tick": longest.tick,
        },
    }


def _event(entry: Entry, meter: Meter) -> News:
    notes = entry.event.notes
    return {
        **_place(entry.tick, meter),
        "tick": entry.tick,
        "who": NAMES[entry.source],
        "notes": [note.note for note in notes],
        "names": [note_name(note.note) for note in notes],
        "velocities": [note.velocity for note in notes],
        "beats": [round(note.duration / PPQ, 4) for note in notes],
        "nearest": None if entry.understood.exact else entry.understood.text,
    }


def _place(tick: int | None, meter: Meter) -> News:
    """The bar and the beat from 1; bars of a count-in are negative or 0."""
    if tick is None:
        return {"bar": None, "beat": None}
    where = position(tick, meter)
    return {"bar": where.bar + 1, "beat": where.beat + 1}
