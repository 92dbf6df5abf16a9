"""`--no-screen` and `--json`: what happens, a line each, for a terminal, a file or a program."""

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
"""Events in a row as in a training piece that are worth a line; as many more are worth another."""


class Lines:
    """A line for each event, and for each change that a player must know of. Owned by the main thread.

    Args:
        console: prints them.
    """

    def __init__(self, console: Console) -> None:
        # Not by the console itself: its layout of a plain line costs as much as the event that it tells of.
        self._file = console.file
        self._before: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Print what is new since the last call; an `OSError` if nobody reads any more."""
        lines = [*_changes(snapshot, self._before or _assumed(snapshot))]
        lines += [describe(entry, snapshot.clock.meter) for entry in new_entries(snapshot, self._before)]
        self._before = snapshot
        if lines:
            self._file.write("".join(f"{line}\n" for line in lines))
            self._file.flush()


class JsonLines:
    """A JSON object for each thing that happens, a line each. Owned by the main thread.

    Args:
        file: takes them.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._before: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Write what is new since the last call; an `OSError` if nobody reads any more."""
        lines = [json.dumps(said) for said in news(snapshot, self._before)]
        self._before = snapshot
        if lines:
            self._file.write("".join(f"{line}\n" for line in lines))
            self._file.flush()


def _assumed(snapshot: Snapshot) -> Snapshot:
    """Return what a reader takes for granted before the first line: that segue plays, and all is well."""
    setlist = replace(snapshot.setlist, coming=None)
    return replace(snapshot, state=State.PLAYING, turn=None, setlist=setlist, copies=Copies(), notice=None)


def _changes(now: Snapshot, before: Snapshot) -> Iterator[str]:
    """Yield a line for each thing that has changed."""
    for watched, lines in _WATCHED:
        if watched(now) != watched(before):
            yield from filter(None, lines(now, before))


def _state(now: Snapshot) -> str:
    """Return what the performer does, and where stopped music goes on; the end speaks for itself."""
    if now.state is State.FINISHED:
        return ""
    return ", ".join(filter(None, (STATES[now.state], goes_on_words(now.clock))))


def _copied(now: Snapshot, before: Snapshot) -> list[str]:
    """Return a line if the longest copy has grown by enough to be worth one."""
    longest, was = now.copies.longest, before.copies.longest
    if longest is None or longest.run.length // NOTABLE <= (was.run.length // NOTABLE if was else 0):
        return []
    return [f"copied: {longest.run.length} events of {piece_words(longest.run.piece)} ({longest.preset})"]


def _turned(now: Snapshot, before: Snapshot) -> list[str]:
    """Return a line for each knob that shows another value; another preset may have other knobs."""
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
    (lambda now: now.panel.dials, _turned),
    (lambda now: now.copies.limit, lambda now, _: [limit_words(now.copies.limit) or "copies of any length"]),
    (lambda now: now.copies.longest, _copied),
    (lambda now: now.notice, lambda now, _: [now.notice or ""]),
)
"""What a line is printed for, in this order: what is watched, and the lines for it now and before."""
