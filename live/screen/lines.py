"""`--no-screen` and `--json`: what happens, a line each, for a terminal, a file or a program."""

import json
from typing import TextIO

from rich.console import Console

from live.core.planning.states import State
from live.screen.news import new_entries, news
from live.screen.snapshot import Dial, Snapshot
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
"""So many events in a row as in a training piece are told of, and again so many more."""


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
        lines = [*_changes(snapshot, self._before)]
        lines += [describe(entry, snapshot.meter) for entry in new_entries(snapshot, self._before)]
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


def _changes(snapshot: Snapshot, before: Snapshot | None) -> list[str]:
    """Return a line for each thing that is otherwise than before; of the beginning only what it waits for."""
    lines = []
    if before is not None and snapshot.output != before.output:
        lines.append(f"out: {snapshot.output}")
    state_before = before.state if before is not None else State.PLAYING
    if snapshot.state is not state_before and snapshot.state is not State.FINISHED:
        lines.append(", ".join(filter(None, (STATES[snapshot.state], goes_on_words(snapshot)))))
    if before is not None and snapshot.preset != before.preset:
        lines.append(f"preset: {snapshot.preset}")
    if snapshot.coming is not None and (before is None or snapshot.coming != before.coming):
        lines.append(coming_words(snapshot))
    if before is not None and snapshot.mode is not before.mode:
        lines.append(f"mode: {snapshot.mode}")
    if snapshot.turn is not None and (before is None or snapshot.turn is not before.turn):
        lines.append(TURNS[snapshot.turn])
    if before is not None:
        lines += _turned(snapshot.dials, before.dials)
    if snapshot.originality != (before.originality if before is not None else None):
        lines.append(limit_words(snapshot.originality) or "copies of any length")
    lines += _copied(snapshot, before)
    if snapshot.notice and (before is None or snapshot.notice != before.notice):
        lines.append(snapshot.notice)
    return lines


def _copied(snapshot: Snapshot, before: Snapshot | None) -> list[str]:
    """Return a line if the longest copy has become so much longer that it is worth a word."""
    longest, was = snapshot.longest_copy, before.longest_copy if before is not None else None
    if longest is None or longest.run.length // NOTABLE <= (was.run.length // NOTABLE if was else 0):
        return []
    return [f"copied: {longest.run.length} events of {piece_words(longest.run.piece)} ({longest.preset})"]


def _turned(dials: tuple[Dial, ...], before: tuple[Dial, ...]) -> list[str]:
    """Return a line for each knob that says something else than before; a preset may have others."""
    stood = {dial.name: dial.text for dial in before}
    return [f"{dial.name}: {dial.text}" for dial in dials if stood.get(dial.name, dial.text) != dial.text]
