"""Sorts what was played into the tracks of a recording."""

from collections.abc import Iterable, Sequence

from presets.sets.recording import By, Recorded, Track
from presets.sets.records import PartPlays, Plays

PortId = tuple[bool, int]
"""(True, number of the input) for a message that came in; (False, number of the output) for one sent."""

_Rank = tuple[int, int, int]
"""Sort key of a track: who played it, the preset in order of appearance, and the part."""


class Tracks:
    """Sorts notes and other channel messages into tracks.

    Args:
        inputs: names of the input ports.
    """

    def __init__(self, inputs: Sequence[str]) -> None:
        self._inputs = inputs
        self._presets: dict[str, int] = {}
        # segue's tracks have their names already; the musician's names depend on how many inputs played.
        self._notes: dict[tuple[By, str], list[Recorded]] = {}
        self._ranks: dict[tuple[By, str], _Rank] = {}
        self._heard: dict[int, list[Recorded]] = {}
        self._turned: dict[int, list[tuple[int, bytes]]] = {}
        self._chosen: dict[tuple[By, str], list[tuple[int, bytes]]] = {}

    def add(self, note: Recorded, port: PortId, plays: Plays | None, is_click: bool) -> None:
        """Add a note.

        Args:
            note: the note as it sounded.
            port: the input it came from, or the output it was sent to.
            plays: the preset that played then; None if unknown.
            is_click: whether it is a click of the count-in.
        """
        was_heard, number = port
        if was_heard:
            self._heard.setdefault(number, []).append(note)
            return
        if is_click:
            track, rank = (By.COUNT_IN, "count-in"), (2, 0, 0)
        else:
            name, rank = self._name(plays, number, note.channel)
            track = By.SEGUE, name
        self._notes.setdefault(track, []).append(note)
        self._ranks.setdefault(track, rank)

    def turn(self, tick: int, message: bytes, port: PortId, plays: Plays | None) -> None:
        """Add a channel message that is not a note; segue's own goes to the part whose sound it selects.

        Args:
            tick: tick of the recording.
            message: its MIDI bytes.
            port: the input it came from, or the output it was sent to.
            plays: the preset that plays from then on; None if unknown.
        """
        was_heard, number = port
        if was_heard:
            self._turned.setdefault(number, []).append((tick, message))
            return
        name, _ = self._name(plays, number, message[0] & 0x0F)
        self._chosen.setdefault((By.SEGUE, name), []).append((tick, message))

    def finished(self) -> tuple[Track, ...]:
        """Return the tracks: presets as they appeared, part by part, then the musician, then the clicks."""
        notes, ranks = dict(self._notes), dict(self._ranks)
        # Messages that select the sound of a part without notes get no track.
        controls = dict(self._chosen)
        for source in sorted(self._heard):
            track = By.PLAYER, self._player(source)
            notes[track] = [*notes.get(track, []), *self._heard[source]]
            ranks[track] = 1, source, 0
            controls[track] = [*controls.get(track, []), *self._turned.get(source, [])]
        return tuple(
            Track(track[1], track[0], _apart(notes[track]), tuple(_in_order(controls.get(track, []))))
            for track in sorted(notes, key=lambda track: ranks[track])
        )

    def _name(self, plays: Plays | None, output: int, channel: int) -> tuple[str, _Rank]:
        """Return the name and the sort key of the track for a preset's notes on an output and channel."""
        if plays is None:
            return "segue", (0, -1, 0)
        preset = self._presets.setdefault(plays.preset, len(self._presets))
        here = [number for number, part in enumerate(plays.parts) if _sounds_at(part, output, channel)]
        if not here:
            return f"{plays.preset}: channel {channel + 1}", (0, preset, len(plays.parts) + channel)
        rank = 0, preset, here[0]
        if len(here) == len(plays.parts):
            return plays.preset, rank
        return f"{plays.preset}: {', '.join(plays.parts[number].name for number in here)}", rank

    def _player(self, source: int) -> str:
        if len(self._heard) == 1:
            return "player"
        is_named = 0 <= source < len(self._inputs)
        return f"player: {self._inputs[source] if is_named else f'input {source + 1}'}"


def _sounds_at(part: PartPlays, output: int, channel: int) -> bool:
    return (part.output, part.channel) == (output, channel)


def _in_order(turned: Iterable[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Return messages in order of time; those at one tick keep their order."""
    return sorted(turned, key=lambda turn: turn[0])


def _apart(notes: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """Return the notes in order, changed so that no two with the same number and channel overlap.

    The earlier note ends where the later one begins. Two notes with the same onset become one, with the
    longer duration and the higher velocity.
    """
    columns: dict[tuple[int, int], list[Recorded]] = {}
    for note in sorted(notes):
        column = columns.setdefault((note.channel, note.note), [])
        if column and column[-1].tick == note.tick:
            same = column.pop()
            velocity = max(same.velocity, note.velocity)
            note = Recorded(note.tick, note.note, max(same.duration, note.duration), velocity, note.channel)
        elif column and column[-1].tick + column[-1].duration > note.tick:
            last = column.pop()
            duration = note.tick - last.tick
            column.append(Recorded(last.tick, last.note, duration, last.velocity, last.channel))
        column.append(note)
    return tuple(sorted(note for column in columns.values() for note in column))
