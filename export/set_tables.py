"""How `segue sets` shows sets: as tables for people, and as JSON for programs."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from live.core.controls.note_names import note_name
from presets.bundles.bar_lines import BarLines
from presets.counting import count_of
from presets.sets.recording import Recording
from presets.sets.summary import SetSummary


def to_json(summary: SetSummary) -> dict[str, Any]:
    """Return the summary of a set as plain values; times are in seconds from its beginning."""
    copied, closed = summary.copied, summary.closed
    return {
        "id": summary.id,
        "name": summary.name,
        "began": summary.began.isoformat() if summary.began is not None else None,
        "seconds": round(summary.seconds, 3),
        "takes": summary.takes,
        "presets": list(summary.presets),
        "notes": summary.notes,
        "player_notes": summary.player_notes,
        "copied": {
            "events": copied.events,
            "piece": copied.piece,
            "preset": copied.preset,
            "seconds": copied.at,
        }
        if copied is not None
        else None,
        "interruptions": [
            {"at": each.at, "seconds": round(each.seconds, 3), "why": each.why}
            for each in summary.interruptions
        ],
        "ended": closed is not None,
        "dropped": closed.dropped if closed is not None else None,
        "rested": closed.rested if closed is not None else None,
        "unreadable_lines": summary.unreadable,
    }


def music_to_json(recording: Recording) -> dict[str, Any]:
    """Return the contents of a set's files; bars and seconds are those of the music, without the pauses."""
    bars = BarLines.through(recording.meters)
    return {
        "meter": str(bars.meter_at(0)),
        "meters": [{"bar": bars.number(tick) + 1, "meter": str(meter)} for tick, meter in recording.meters],
        "bars": bars.number(recording.end - 1) + 1,
        "music_seconds": round(recording.seconds_at(recording.end), 3),
        "bpm": [round(bpm, 2) for bpm in _tempos(recording)],
        "markers": [
            {
                "bar": bars.number(tick) + 1,
                "seconds": round(recording.seconds_at(tick), 3),
                "text": text,
            }
            for tick, text in recording.markers
        ],
        "sections": [{"bar": bars.number(tick) + 1, "label": label} for tick, label in recording.sections],
        "tracks": [
            {
                "name": part.name,
                "by": part.by.value,
                "notes": len(part.notes),
                "lowest": min(note.note for note in part.notes),
                "highest": max(note.note for note in part.notes),
            }
            for part in recording.tracks
        ],
    }


def show_sets(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """Show a table of sets.

    Args:
        console: where to show it.
        rows: the result of `to_json` for each set, with `problem`, which is None for a readable journal; the
            row of an unreadable one may have only `problem` and `id`.
    """
    table = Table(box=None, pad_edge=False)
    for column in ("set", "lasts", "presets", "notes", "yours", "longest copy", ""):
        table.add_column(
            column,
            justify="right" if column in ("lasts", "notes", "yours") else "left",
            # Only names may take several lines: half an ID, or half a word, is useless.
            no_wrap=column not in ("presets", "longest copy"),
            overflow="fold" if column in ("presets", "longest copy") else "ellipsis",
        )
    for row in rows:
        if row["problem"] is not None:
            table.add_row(*map(Text, (row["id"], "", "", "", "", "", "unreadable")))
            continue
        copied = row["copied"]
        cells = (
            row["id"],
            _duration(row["seconds"]),
            ", ".join(row["presets"]),
            f"{row['notes']:,}",
            f"{row['player_notes']:,}",
            f"{copied['events']} events of {copied['piece']}" if copied else "",
            _remarks(row),
        )
        # Wrapped in Text: otherwise rich reads a bracket in a name as markup.
        table.add_row(*map(Text, cells))
    console.print(table)
    for row in rows:
        if row["problem"] is not None:
            console.print(Text(f"\n{row['problem']}"), soft_wrap=True)


def show_set(console: Console, summary: SetSummary, recording: Recording, path: Path) -> None:
    """Show details of a set, and the contents of the files that it would be exported to."""
    music = music_to_json(recording)
    about = Table(box=None, pad_edge=False, show_header=False)
    for name, text in _about(summary, recording, music):
        about.add_row(Text(name), Text(text))
    about.add_row("journal", Text(str(path), overflow="fold"))
    console.print(about)
    if not recording.tracks:
        return
    parts = Table(box=None, pad_edge=False)
    for column in ("track", "notes", "from", "to"):
        parts.add_column(column, justify="right" if column == "notes" else "left")
    for part in music["tracks"]:
        between = map(note_name, (part["lowest"], part["highest"]))
        parts.add_row(*map(Text, (part["name"], f"{part['notes']:,}", *between)))
    console.print()
    console.print(parts)


def _about(summary: SetSummary, recording: Recording, music: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Yield the details of a set, line by line."""
    yield "set", summary.id if summary.name is None else f"{summary.id} ({summary.name})"
    if summary.began is not None:
        yield "began", f"{summary.began:%A, %d %B %Y, %H:%M}"
    yield "lasted", f"{_duration(summary.seconds)} on stage, {count_of(summary.takes, 'take')}"
    slowest, fastest = _tempos(recording)
    tempo = f"{slowest:.4g}" if fastest - slowest < 0.5 else f"{slowest:.4g} to {fastest:.4g}"
    yield (
        "file",
        f"{count_of(music['bars'], 'bar')} of {_joined_meters(music)} at {tempo} bpm, "
        f"{_duration(music['music_seconds'])} in whole bars, without the pauses",
    )
    for marker in music["markers"]:
        yield f"bar {marker['bar']}", f"{marker['text']}, at {_duration(marker['seconds'])} in the file"
    if summary.copied is not None:
        copied = summary.copied
        yield (
            "longest copy",
            f"{copied.events} events of {copied.piece} by {copied.preset}, "
            f"at {_duration(copied.at)} on stage",
        )
    for each in summary.interruptions:
        yield (
            "interrupted",
            f"at {_duration(each.at)} on stage, for {count_of(round(each.seconds), 'second')}: {each.why}",
        )
    if summary.closed is None:
        yield "end", "missing: segue did not quit normally, or the set is still running"
    else:
        yield (
            "left out",
            f"{count_of(summary.closed.dropped, 'note')} that came too late; "
            f"{count_of(summary.closed.rested, 'rest')} because the network failed or was too slow",
        )
    if summary.unreadable:
        yield "unreadable", f"{count_of(summary.unreadable, 'line')} of the journal"


def _joined_meters(music: Mapping[str, Any]) -> str:
    """Return the time signatures, each once: `4/4 and 3/4`."""
    return " and ".join(dict.fromkeys(change["meter"] for change in music["meters"]))


def _tempos(recording: Recording) -> tuple[float, float]:
    """Return the slowest and the fastest tempo, in quarter notes per minute."""
    tempos = [60e6 / tempo for _, tempo in recording.tempos]
    return min(tempos), max(tempos)


def _remarks(row: Mapping[str, Any]) -> str:
    remarks = [] if row["ended"] else ["not ended"]
    if row["unreadable_lines"]:
        remarks.append(f"{count_of(row['unreadable_lines'], 'line')} unreadable")
    return "\n".join(remarks)


def _duration(seconds: float) -> str:
    """Return hours, minutes and seconds in the form of a clock."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
