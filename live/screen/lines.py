"""`--no-screen` and `--json`: print a line for each thing that happens."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TextIO

from rich.console import Console

from live.core.performer.status import Copies
from live.core.planning.states import State
from live.screen.news import new_entries, news
from live.screen.snapshot import Snapshot
from live.screen.words import (
    STATES,
    TURNS,
    coming_words,
    describe,
    goes_on_words,
    limit_words,
    piece_words,
)

NOTABLE = 8
"""A copy of a training piece gets a line at this many events, and again at each multiple."""


class Lines:
    """Prints a line for each event and for each important change. Owned by the main thread.

    Args:
        console: its file receives the lines.
    """

    def __init__(self, console: Console) -> None:
        # Write to the file directly: rich's layout of one line takes as long as the event that it reports.
        self._file = console.file
        self._before: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Print what is new since the last call; raise `OSError` if the output is closed."""
        lines = [*_changes(snapshot, self._before or _assumed(snapshot))]
        lines += [describe(entry, snapshot.clock.bars) for entry in new_entries(snapshot, self._before)]
        self._before = snapshot
        if lines:
            self._file.write("".join(f"{line}\n" for line in lines))
            self._file.flush()


class JsonLines:
    """Writes a JSON object for each thing that happens, one on each line. Owned by the main thread.

    Args:
        file: receives the lines.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._before: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Write what is new since the last call; raise `OSError` if the output is closed."""
        lines = [json.dumps(said) for said in news(snapshot, self._before)]
        self._before = snapshot
        if lines:
            self._file.write("".join(f"{line}\n" for line in lines))
            self._file.flush()


def _assumed(snapshot: Snapshot) -> Snapshot:
    """Return what a reader assumes before the first line: segue plays and nothing is wrong."""
    setlist = replace(snapshot.setlist, coming=None)
    return replace(snapshot, state=State.PLAYING, turn=None, setlist=setlist, copies=Copies(), notice=None)


def _changes(now: Snapshot, before: Snapshot) -> Iterator[str]:
    """Yield a line for each thing that has changed."""
    for watched, lines in _WATCHED:
        if watched(now) != watched(before):
            yield from filter(None, lines(now, before))


def _state(now: Snapshot) -> str:
    """Return the performer's state, and where stopped music will continue; "" once it has finished."""
    if now.state is State.FINISHED:
        return ""
    return ", ".join(filter(None, (STATES[now.state], goes_on_words(now.clock))))


def _copied(now: Snapshot, before: Snapshot) -> list[str]:
    """Return a line if the longest copy has reached another multiple of `NOTABLE`."""
    longest, was = now.copies.longest, before.copies.longest
    if longest is None or longest.run.length // NOTABLE <= (was.run.length // NOTABLE if was else 0):
        return []
    return [f"copied: {longest.run.length} events of {piece_words(longest.run.piece)} ({longest.preset})"]


def _section(now: Snapshot, before: Snapshot) -> list[str]:
    """Return a line for the section that has begun."""
    return [] if now.sections is None else [f"section {now.sections.now}, then {now.sections.after}"]


def _turned(now: Snapshot, before: Snapshot) -> list[str]:
    """Return a line for each knob whose value has changed; another preset may have other knobs."""
    stood = {dial.name: dial.text for dial in before.panel.dials}
    dials = now.panel.dials
    return [f"{dial.name}: {dial.text}" for dial in dials if stood.get(dial.name, dial.text) != dial.text]


_WATCHED: tuple[tuple[Callable[[Snapshot], object], Callable[[Snapshot, Snapshot], Iterable[str]]], ...] = (
    (lambda now: now.ports.output, lambda now, _: [f"out: {now.ports.output}"]),
    (lambda now: now.state, lambda now, _: [_state(now)]),
    (lambda now: now.setlist.preset, lambda now, _: [f"preset: {now.setlist.preset}"]),
    (lambda now: now.setlist.coming, lambda now, _: [coming_words(now.setlist.coming, now.clock)]),
    (lambda now: now.mode, lambda now, _: [f"mode: {now.mode}"]),
    (lambda now: now.turn, lambda now, _: [] if now.turn is None else [TURNS[now.turn]]),
    (lambda now: now.sections and (now.setlist.preset, now.sections.tick), _section),
    (lambda now: now.panel.dials, _turned),
    (lambda now: now.copies.limit, lambda now, _: [limit_words(now.copies.limit) or "copies of any length"]),
    (lambda now: now.copies.longest, _copied),
    (lambda now: now.notice, lambda now, _: [now.notice or ""]),
)
"""What to watch, in the order of printing: a value of the snapshot, and its lines when it has changed."""
