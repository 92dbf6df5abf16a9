"""The presets of a set: which ones, and how each is played."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from live.arguments.midi_seed import MidiSeed, read_seed
from live.arguments.time import read_meter
from live.core.controls.mode import Mode
from live.setlist.set_values import (
    NAME_KEY,
    NO_PROGRAM,
    PART,
    PRESET_KEYS,
    WHOLE_SET_KEYS,
    control_names,
    read_control,
    read_values,
    reported_at,
    text,
)
from live.setlist.toml_file import TomlFile, nearest
from presets.bundles.bundle import read_settings
from presets.bundles.library import find_preset
from presets.bundles.settings import Meter, Part, Settings


@dataclass(frozen=True, slots=True)
class PartSound:
    """Where a part of a preset sounds; None keeps the preset's own value.

    Attributes:
        channel: 0..15.
        program: 0..127, or "none" to keep the instrument's current sound.
        bank: 0..16383.
        output: the port that it plays into; None for the first output.
    """

    channel: int | None = None
    program: int | Literal["none"] | None = None
    bank: int | None = None
    output: str | None = None

    def of(self, part: Part) -> Part:
        """Return a part with this sound; raise `SettingsError` for a bank without a program."""
        channel = part.channel if self.channel is None else self.channel
        if self.program == NO_PROGRAM:
            return replace(part, channel=channel, program=None, bank=self.bank)
        return replace(
            part,
            channel=channel,
            program=part.program if self.program is None else self.program,
            bank=part.bank if self.bank is None else self.bank,
        )


@dataclass(frozen=True, slots=True)
class SetEntry:
    """A preset of a set, with its settings.

    Attributes:
        preset: its name, or the path of its folder.
        title: its name on the screen; by default the preset's name.
        bpm: the tempo that it sets; None to keep the current tempo.
        meter: the time signature that it sets; None to keep the current one, unless the set says that each
            preset brings its own.
        mode: the mode that it sets; None to keep the current mode.
        switch: when it takes over, "bar", "beat" or "now"; None for the value of the whole set.
        arguments: its controls, and those of the whole set that apply to it, by the names of `segue play`'s
            arguments with `_`; `seed` is a `MidiSeed`.
        parts: the parts that sound differently from the preset, by name.
        line: of the file, from 1.
    """

    preset: str
    title: str
    bpm: float | None
    meter: Meter | None
    mode: Mode | None
    switch: str | None
    arguments: dict[str, Any]
    parts: dict[str, PartSound]
    line: int


def read_preset(file: TomlFile, index: int) -> tuple[str, Settings]:
    """Return an entry's preset and its settings; raise `TomlError` if there is no such preset.

    A path is relative to the folder of the set file.
    """
    place = ("preset", index)
    given = read_values(file, NAME_KEY, *place)
    if "name" not in given:
        file.refuse('a [[preset]] must have a name, got none: write name = "chopin"', *place)
    name = given["name"]
    if os.sep in name or (os.altsep and os.altsep in name):
        name = os.path.realpath(file.path.parent / name)
    with reported_at(file, *place, "name"):
        return name, read_settings(find_preset(name))


def read_entry(
    file: TomlFile, index: int, preset: str, settings: Settings, shared: Mapping[str, Any]
) -> SetEntry:
    """Read an entry and check everything in it.

    Args:
        file: the set.
        index: of the entry, from 0.
        preset: as `read_preset` returned it.
        settings: as `read_preset` returned them.
        shared: the controls of the whole set, which the entry can override.

    Raises:
        TomlError: if something in it is wrong.
    """
    place = ("preset", index)
    controls = control_names()
    _refuse_misplaced(file, *place)
    file.check_keys((*NAME_KEY, *PRESET_KEYS, "seed", "parts", *controls), *place)
    given = read_values(file, PRESET_KEYS, *place)
    table = file.table_at(*place)
    arguments = {
        **shared,
        **{
            control: read_control(file, settings, *place, control) for control in controls if control in table
        },
    }
    if "seed" in table:
        arguments["seed"] = _seed(file, *place, "seed")
    return SetEntry(
        preset,
        given.get("title", settings.name),
        given.get("tempo"),
        _meter(file, settings, given, *place),
        given.get("mode"),
        given.get("switch"),
        arguments,
        _parts(file, settings, *place, "parts") if "parts" in table else {},
        file.line_of(*place),
    )


def _refuse_misplaced(file: TomlFile, *place: str | int) -> None:
    """Refuse a known key in the wrong place: TOML gives it to the table above it."""
    for key in file.table_at(*place):
        if key == "bpm":
            file.refuse("a preset's tempo is called 'tempo' in a set, got 'bpm'", *place, key)
        if key in WHOLE_SET_KEYS and key not in PRESET_KEYS:
            file.refuse(f"{key!r} applies to the whole set: write it above the first [[preset]]", *place, key)


def _seed(file: TomlFile, *place: str | int) -> MidiSeed:
    """Return the seed of a file, whose path is relative to the folder of the set file."""
    found = read_values(file, {"seed": text}, *place[:-1])
    with reported_at(file, *place):
        return read_seed(file.path.parent / found["seed"])


def _meter(file: TomlFile, settings: Settings, given: Mapping[str, Any], *place: str | int) -> Meter | None:
    if "meter" not in given:
        return None
    with reported_at(file, *place, "meter"):
        return read_meter(argparse.Namespace(meter=given["meter"]), settings)


def _parts(file: TomlFile, settings: Settings, *place: str | int) -> dict[str, PartSound]:
    own = {part.name: part for part in settings.parts}
    sounds = {}
    for name in file.table_at(*place):
        if name not in own:
            file.refuse(f"{settings.name!r} has no part {name!r}{nearest(name, own)}", *place, name)
        file.check_keys(PART, *place, name)
        sounds[name] = PartSound(**read_values(file, PART, *place, name))
        with reported_at(file, *place, name):
            sounds[name].of(own[name])
    return sounds
