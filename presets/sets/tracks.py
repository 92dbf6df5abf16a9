"""Who played what: the tracks of a recording."""

from collections.abc import Iterable, Sequence

from presets.sets.recording import By, Recorded, Track
from presets.sets.records import PartPlays, Plays

PortId = tuple[bool, int]
"""Whether it is an input, and its number; or else the number of an output."""

_Rank = tuple[int, int, int]
"""By whom, of which preset by the order in which they appear, and of which part."""


class Tracks:
    """Sorts notes and other channel messages into tracks.

    Args:
        inputs: names of the ports that were listened to.
    """

    def __init__(self, inputs: Sequence[str]) -> None:
        self._inputs = inputs
        self._presets: dict[str, int] = {}
        # Those of segue's tracks have a name already; the player's depend on how many inputs played.
        self._notes: dict[tuple[By, str], list[Recorded]] = {}
        self._ranks: dict[tuple[By, str], _Rank] = {}
        self._heard: dict[int, list[Recorded]] = {}
        self._turned: dict[int, list[tuple[int, bytes]]] = {}
        self._chosen: dict[tuple[By, str], list[tuple[int, bytes]]] = {}

    def add(self, note: Recorded, port: PortId, plays: Plays | None, is_click: bool) -> None:
        """Add a note.

        Args:
            note: as it was heard.
            port: where it came from, or went to.
            plays: the preset that played then; None if that is not known.
            is_click: whether segue counted in with it.
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
        """Add another channel message; one of segue's is for the part whose sound it chooses.

        Args:
            tick: of the recording.
            message: its bytes.
            port: where it came from, or went to.
            plays: the preset that plays from then on; None if that is not known.
        """
        was_heard, number = port
        if was_heard:
            self._turned.setdefault(number, []).append((tick, message))
            return
        name, _ = self._name(plays, number, message[0] & 0x0F)
        self._chosen.setdefault((By.SEGUE, name), []).append((tick, message))

    def finished(self) -> tuple[Track, ...]:
        """Return the tracks: presets as they appeared, part by part, then the player, then the clicks."""
        notes, ranks = dict(self._notes), dict(self._ranks)
        # What chose the sound of a part without a note has no track.
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
        """Return the name of the track for what a preset plays on a channel of an output, and its rank."""
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
    """Return messages in order of time; those of one tick as they came."""
    return sorted(turned, key=lambda turn: turn[0])


def _apart(notes: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """Return notes in order, of which no two of one number and channel overlap.

    The earlier ends where the later is struck; two of one onset are one, the longer and the louder of them.
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
