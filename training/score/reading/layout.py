"""What a corpus says of its parts, its grid and its test pieces, in the file that describes it.

grid = 4
bars = false
test = ["ashover1.mid"]

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

GRIDS = (1, 2, 3, 4, 6, 8, 12, 24)
"""Positions a quarter note that a grid may have: the divisors of 24."""


class LayoutError(SegueError):
    """A corpus describes its parts, its grid or its test pieces wrongly."""


@dataclass(frozen=True, slots=True)
class PartSource:
    """Where the notes of one part stand in the files.

    Attributes:
        name: what a player calls the part.
        tracks: a MIDI file's tracks (a score's parts) by name, whatever the case; or by their place, from 0,
            among those that have notes. At least one.
        channel: MIDI channel 0..15 of the preset's part, or None for whichever is free.
        program: General MIDI program 0..127, or None to leave the instrument's sound alone.
    """

    name: str
    tracks: tuple[str | int, ...]
    channel: int | None = None
    program: int | None = None

    def holds(self, name: str, place: int) -> bool:
        """Return whether this part plays the track of that name and place."""
        key = name.strip().casefold()
        return any(
            track == place if isinstance(track, int) else track.strip().casefold() == key
            for track in self.tracks
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """How a corpus is to be read.

    Attributes:
        parts: from the bottom up, as their notes are told; if there are none, all tracks are one part, the
            piano.
        grid: positions a quarter note for onsets: 24, or fewer for music that was played in loosely.
        bars: whether the files' bar lines are to be trusted; otherwise every bar is one quarter note.
        beats: whether a MIDI file's beats are to be trusted; otherwise they are found from the onsets, as
            `training.score.reading.beats` does. Without beats there are no bars.
        test: how the names of the test pieces begin (without folders); if there are none, a rule chooses.
    """

    parts: tuple[PartSource, ...] = ()
    grid: int = 24
    bars: bool = True
    beats: bool = True
    test: tuple[str, ...] = ()

    def part_of(self, name: str, place: int) -> int | None:
        """Return the index of the part that plays a track, or None if it is to be left out.

        Args:
            name: of the track.
            place: of the track among those that have notes, from 0.
        """
        if not self.parts:
            return 0
        return next((index for index, part in enumerate(self.parts) if part.holds(name, place)), None)


def layout_from_toml(value: Mapping[str, Any]) -> Layout:
    """Read the keys `grid`, `bars`, `beats`, `test` and `parts` of a description file that was parsed.

    Raises:
        LayoutError: if there is another key, or a value that it should not have.
    """
    _check_keys(value, ("grid", "bars", "beats", "test", "parts"), "the layout of a corpus")
    grid = value.get("grid", 24)
    if isinstance(grid, bool) or grid not in GRIDS:
        raise LayoutError(f"grid must be one of {', '.join(map(str, GRIDS))} a quarter note, got {grid!r}")
    bars, beats = _flag_from_toml(value, "bars"), _flag_from_toml(value, "beats")
    if bars and not beats:
        raise LayoutError("a corpus without beats has no bars: beats = false must stand beside bars = false")
    test = value.get("test", [])
    if not isinstance(test, list) or not all(isinstance(name, str) and name for name in test):
        raise LayoutError(f"test must be a list of beginnings of file names, got {test!r}")
    return Layout(_parts_from_toml(value), grid, bars, beats, tuple(test))


def _flag_from_toml(value: Mapping[str, Any], key: str) -> bool:
    trusted = value.get(key, True)
    if not isinstance(trusted, bool):
        raise LayoutError(f"{key} must be true or false, got {trusted!r}")
    return trusted


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
        raise LayoutError(f"a part must say its name and its tracks, got {dict(value)!r}")
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
            f"the tracks of the part {name!r} must be a list of names, or of places from 0, got {tracks!r}"
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
            raise LayoutError(f"{what} may say {', '.join(known)}, got {key!r}{hint}")


def _check_shared(values: Sequence[str | int], rule: str) -> None:
    for value in values:
        if values.count(value) > 1:
            raise LayoutError(f"{rule}, got {value!r} twice")
