"""What a player sees: one frozen picture of the moment, as a rich screen or as lines."""

from contextlib import suppress

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from live.core.note_names import note_name
from live.core.performance import Entry, Source, State
from live.core.transport import position
from live.key_bindings import LABELS
from live.repertoire import Offer
from live.screen.snapshot import Coming, Snapshot
from presets.event import PPQ
from presets.settings import Meter

ROWS = 8
"""Events shown; fewer on a terminal that is too low."""

FRAME_LINES = 12
"""Lines of the screen that are no events."""

KEYS = "  ".join((*LABELS[:4], "q quit"))

_STATES = {
    State.LISTENING: "listening: play a phrase, then rest",
    State.STOPPED: "stopped",
    State.WAITING: "waiting for Start from the clock",
    State.PLAYING: "playing",
    State.FINISHED: "finished",
}


def describe(entry: Entry, meter: Meter) -> str:
    """Return an event as one line: where, who, which notes, and how the preset reads it if not exactly so."""
    where = str(position(entry.tick, meter)) if entry.tick is not None and entry.tick >= 0 else "-"
    who = "segue" if entry.source is Source.SEGUE else "you"
    notes = " ".join(map(note_name, entry.event.note_numbers))
    nearest = "" if entry.understood.exact else f"  (nearest it knows: {entry.understood.text})"
    return f"{where:>9}  {who:<5}  {notes}{nearest}"


def render(snapshot: Snapshot, height: int = 24) -> RenderableType:
    """Return the screen; readable without colour.

    Args:
        snapshot: the moment.
        height: lines of the terminal; the events give way first.
    """
    head = Table.grid(expand=True)
    for justify in ("left", "center", "right"):
        head.add_column(justify=justify)
    source = "MIDI clock in" if snapshot.follows else "own clock"
    head.add_row(
        Text(_presets(snapshot), style="bold"),
        Text(_where(snapshot), style="bold"),
        Text(f"{snapshot.bpm:.4g} bpm  {snapshot.meter}"),
    )
    rows = max(1, min(ROWS, height - FRAME_LINES))
    shown = snapshot.history[-rows:]
    events = [_one_line(describe(entry, snapshot.meter)) for entry in shown]
    for text, entry in zip(events, shown, strict=True):
        text.stylize("cyan" if entry.source is Source.SEGUE else "yellow")
    events += [Text("")] * (rows - len(events))
    lines: list[RenderableType] = [
        head,
        _one_line(f"{_state(snapshot)}   ({source})"),
        Text(snapshot.notice or "", style="bold red"),
        *events,
        Text(""),
        _one_line("  ".join(map(_offered, range(1, 10), snapshot.offers))),
        _one_line(f"out   {snapshot.output}"),
        _one_line(f"in    {', '.join(snapshot.inputs) or 'none'}"),
        _one_line(f"late  {snapshot.lateness}   dropped {snapshot.dropped}   rested {snapshot.rested}"),
        _one_line(KEYS),
    ]
    return Panel(Group(*lines), title="segue")


def _presets(snapshot: Snapshot) -> str:
    """The preset that plays, and the one that will: `chopin, bach at bar 9 (in 5 beats)`."""
    if snapshot.coming is None:
        return snapshot.preset
    where = position(snapshot.coming.tick, snapshot.meter)
    place = f"bar {where.bar + 1}" if not where.beat else f"bar {where.bar + 1} beat {where.beat + 1}"
    left = max(0, -(-(snapshot.coming.tick - (snapshot.tick or 0)) // PPQ))
    beats = "1 beat" if left == 1 else f"{left} beats"
    return f"{snapshot.preset}, {snapshot.coming.preset} at {place} (in {beats})"


def _state(snapshot: Snapshot) -> str:
    is_counting_in = snapshot.state is State.PLAYING and snapshot.tick is not None and snapshot.tick < 0
    return "counting in" if is_counting_in else _STATES[snapshot.state]


def _where(snapshot: Snapshot) -> str:
    if snapshot.tick is None:
        return "bar -  beat -"
    where = position(snapshot.tick, snapshot.meter)
    if where.bar < 0:
        return f"count-in  {-where.bar}  beat {where.beat + 1}"
    return f"bar {where.bar + 1}  beat {where.beat + 1}"


def _offered(key: int, offer: Offer) -> str:
    return f"{key} {offer.name}" if offer.trouble is None else f"({key} {offer.name})"


def _one_line(text: str) -> Text:
    """What is too long is cut: a screen that grows pushes its own head out of sight."""
    return Text(text, no_wrap=True, overflow="ellipsis")


class Screen:
    """A screen that stays in place. A context manager; owned by the main thread."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> "Screen":
        self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with suppress(OSError):  # the terminal may be gone
            self._live.stop()

    def show(self, snapshot: Snapshot) -> None:
        """Draw the moment; an `OSError` if the terminal is gone."""
        self._live.update(render(snapshot, self._console.height), refresh=True)


class Lines:
    """`--no-screen`: a line for each event and each notice. Owned by the main thread."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last: Entry | None = None
        self._notice: str | None = None
        self._output: str | None = None
        self._coming: Coming | None = None
        self._state: State | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Print what is new since the last call; an `OSError` if nobody reads any more."""
        if snapshot.output != self._output:
            if self._output is not None:
                self._print(f"out: {snapshot.output}")
            self._output = snapshot.output
        if snapshot.state is State.WAITING and snapshot.state != self._state:
            self._print(_STATES[snapshot.state])
        self._state = snapshot.state
        if snapshot.coming != self._coming:
            self._coming = snapshot.coming
            if snapshot.coming is not None:
                self._print(f"{_presets(snapshot)}")
        if snapshot.notice != self._notice:
            self._notice = snapshot.notice
            if snapshot.notice:
                self._print(snapshot.notice)
        new: list[Entry] = []
        for entry in reversed(snapshot.history):
            if entry is self._last:
                break
            new.append(entry)
        for entry in reversed(new):
            self._print(describe(entry, snapshot.meter))
        self._last = snapshot.history[-1] if snapshot.history else None

    def _print(self, line: str) -> None:
        # Not by the console: its layout of a plain line costs as much as the event that it tells of.
        self._console.file.write(f"{line}\n")
        self._console.file.flush()
