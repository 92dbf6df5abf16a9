"""The layout of a corpus: its parts, its grid, its test pieces and what is left out, as its description says.

grid = 4
bars = false
test = ["ashover1.mid"]
leave_out = ["ashover2"]

[[parts]]
name = "piano"
tracks = ["PIANO"]
channel = 1
program = 0
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from presets.bundles.settings import PROGRAM, SettingsError, check_text
from presets.errors import SegueError
from training.corpus.description import LAYOUT_KEYS

GRIDS = (1, 2, 3, 4, 6, 8, 12, 24)
"""Allowed numbers of grid positions per quarter note: the divisors of 24."""


class LayoutError(SegueError):
    """The description of a corpus has wrong parts, a wrong grid or wrong test pieces."""


@dataclass(frozen=True, slots=True)
class PartSource:
    """The tracks that hold the notes of one part.

    Attributes:
        name: the musician's name for the part.
        tracks: tracks of a MIDI file (parts of a score), at least one: each by its name, ignoring case, or by
            its number, from 0, among the tracks that have notes.
        channel: MIDI channel 0..15 of the preset's part, or None for any free one.
        program: General MIDI program 0..127, or None to leave the instrument's sound alone.
    """

    name: str
    tracks: tuple[str | int, ...]
    channel: int | None = None
    program: int | None = None

    def holds(self, name: str, place: int) -> bool:
        """Return whether this part plays the track with this name and number."""
        key = name.strip().casefold()
        return any(
            track == place if isinstance(track, int) else track.strip().casefold() == key
            for track in self.tracks
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read a corpus.

    Attributes:
        parts: the parts from the bottom up, the order in which their notes are predicted; if there are none,
            all tracks are one part, the piano.
        grid: grid positions per quarter note for onsets: 24, or fewer for loosely played music.
        bars: whether to trust the bar lines of the files; if not, every bar is one quarter note.
        beats: whether to trust the beats of MIDI files; if not, `training.score.reading.beats` finds them
            from the onsets. Without beats there are no bars.
        test: the first letters of the test pieces' file names, without folders; if empty, a rule chooses.
        valid: the same for the pieces that choose the epoch.
        leave_out: the same for pieces that are not used at all, nor are their versions.
    """

    parts: tuple[PartSource, ...] = ()
    grid: int = 24
    bars: bool = True
    beats: bool = True
    test: tuple[str, ...] = ()
    valid: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()

    def part_of(self, name: str, place: int) -> int | None:
        """Return the index of the part that plays a track, or None to leave the track out.

        Args:
            name: the name of the track.
            place: the number of the track among those that have notes, from 0.
        """
        if not self.parts:
            return 0
        return next((index for index, part in enumerate(self.parts) if part.holds(name, place)), None)


def layout_from_toml(value: Mapping[str, Any]) -> Layout:
    """Read the `LAYOUT_KEYS` of a parsed description file.

    Raises:
        LayoutError: if there is an unknown key or a wrong value.
    """
    _check_keys(value, LAYOUT_KEYS, "the layout of a corpus")
    grid = value.get("grid", 24)
    if isinstance(grid, bool) or grid not in GRIDS:
        raise LayoutError(f"grid must be one of {', '.join(map(str, GRIDS))} per quarter note, got {grid!r}")
    bars, beats = _flag_from_toml(value, "bars"), _flag_from_toml(value, "beats")
    if bars and not beats:
        raise LayoutError("a corpus without beats has no bars: with beats = false, also write bars = false")
    test, valid, leave_out = (_names_from_toml(value, key) for key in ("test", "valid", "leave_out"))
    if valid and not test:
        raise LayoutError("a corpus that names pieces in valid also names some in test, got none")
    return Layout(_parts_from_toml(value), grid, bars, beats, test, valid, leave_out)


def _flag_from_toml(value: Mapping[str, Any], key: str) -> bool:
    trusted = value.get(key, True)
    if not isinstance(trusted, bool):
        raise LayoutError(f"{key} must be true or false, got {trusted!r}")
    return trusted


def _names_from_toml(value: Mapping[str, Any], key: str) -> tuple[str, ...]:
    names = value.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise LayoutError(f"{key} must be a list of file names, or of how they begin, got {names!r}")
    return tuple(names)


def _parts_from_toml(value: Mapping[str, Any]) -> tuple[PartSource, ...]:
    parts = value.get("parts", [])
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
        raise LayoutError(f"each part must be a table that begins with [[parts]], got parts = {parts!r}")
    sources = tuple(map(_part_from_toml, parts))
    _check_shared([source.name for source in sources], "parts must have different names")
    _check_shared(
        [
            track if isinstance(track, int) else track.strip().casefold()
            for source in sources
            for track in source.tracks
        ],
        "a track must belong to one part",
    )
    return sources


def _part_from_toml(value: Mapping[str, Any]) -> PartSource:
    _check_keys(value, ("name", "tracks", "channel", "program"), "a part")
    if "name" not in value or "tracks" not in value:
        raise LayoutError(f"a part must have a name and tracks, got {dict(value)!r}")
    name, tracks = value["name"], value["tracks"]
    try:
        check_text("a part's name", name)
        program = value.get("program")
        if program is not None:
            PROGRAM.check(program)
    except SettingsError as error:
        raise LayoutError(str(error)) from error
    if not isinstance(tracks, list) or not tracks or not all(map(_is_track, tracks)):
        raise LayoutError(
            f"the tracks of the part {name!r} must be a list of names, or of numbers from 0, got {tracks!r}"
        )
    channel = value.get("channel")
    if channel is not None and (type(channel) is not int or not 1 <= channel <= 16):
        raise LayoutError(f"the channel of the part {name!r} must be 1..16, got {channel!r}")
    return PartSource(name, tuple(tracks), None if channel is None else channel - 1, program)


def _is_track(value: object) -> bool:
    return bool(value) if isinstance(value, str) else type(value) is int and value >= 0


def _check_keys(value: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    for key in value:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise LayoutError(f"{what} may have {', '.join(known)}, got {key!r}{hint}")


def _check_shared(values: Sequence[str | int], rule: str) -> None:
    for value in values:
        if values.count(value) > 1:
            raise LayoutError(f"{rule}, got {value!r} twice")
