"""The set file: presets in order, each with its settings.

docs/sets.md explains every key. Reading the file checks everything in it, before the music starts; an error
names the line and the way out.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live.arguments.time import read_meter
from live.core.controls.binding import Binding, with_presets
from live.setlist.control_file import bindings_of
from live.setlist.set_entries import SetEntry, read_entry, read_preset
from live.setlist.set_values import (
    NAME_KEY,
    PRESET_KEYS,
    WHOLE_SET_KEYS,
    control_names,
    means_something,
    read_control,
    read_values,
    reported_at,
)
from live.setlist.toml_file import TomlFile, read_toml
from presets.bundles.settings import Settings

FOR_OWN_CLOCK = ("send_clock", "count_in", "wait", "tempo_from_phrase")
"""Keys that do not work with another device's clock."""


@dataclass(frozen=True, slots=True)
class SetFile:
    """A set file.

    Attributes:
        path: of the file.
        name: of the set; by default the file's name without `.toml`.
        arguments: the values for the whole set that the file gives (see `WHOLE_SET_KEYS`), by the names of
            `segue play`'s arguments with `_`, as the parser returns them. The controls are in the entries.
        entries: the presets in order, at least one.
        bindings: of knobs, pads and pedals, for this set; presets by their numbers in it, from 0.
    """

    path: Path
    name: str
    arguments: dict[str, Any]
    entries: tuple[SetEntry, ...]
    bindings: tuple[Binding, ...]


def read_set(path: Path) -> SetFile:
    """Read a set file and check everything in it. Of each preset it reads only the settings.

    Raises:
        TomlError: with the file, the line, the rule, the value and the way out.
    """
    file = read_toml(path)
    _check_keys(file)
    count = len(file.tables_at("preset"))
    if not count:
        file.refuse('a set must have a preset, got none: write [[preset]], and name = "chopin" below it')
    presets = [read_preset(file, index) for index in range(count)]
    settings = [own for _, own in presets]
    arguments = _read_shared(file, settings[0])
    controls = _controls(file, settings)
    entries = tuple(
        read_entry(
            file,
            index,
            preset,
            own,
            {control: value for control, value in controls.items() if means_something(control, own)},
        )
        for index, (preset, own) in enumerate(presets)
    )
    names = [entry.preset for entry in entries]
    bindings = with_presets(bindings_of(file, names), names)
    return SetFile(path, read_values(file, NAME_KEY).get("name", path.stem), arguments, entries, bindings)


def _check_keys(file: TomlFile) -> None:
    for key in file.content:
        if key in ("bpm", "title", "seed", "parts") or (key in PRESET_KEYS and key not in WHOLE_SET_KEYS):
            file.refuse(f"{key!r} belongs to one preset: write it below its [[preset]]", key)
    file.check_keys((*NAME_KEY, *WHOLE_SET_KEYS, *control_names(), "preset", "control"))


def _read_shared(file: TomlFile, first: Settings) -> dict[str, Any]:
    """Return the values for the whole set, which starts with the preset of these settings."""
    given = read_values(file, WHOLE_SET_KEYS)
    if "meter" in given:
        with reported_at(file, "meter"):
            read_meter(argparse.Namespace(**given), first)
    if given.get("clock") == "midi-in":
        for key in FOR_OWN_CLOCK:
            if given.get(key):
                file.refuse(
                    f"{key} is for segue's own clock, and clock = 'midi-in' follows another: leave one out",
                    key,
                )
    return given


def _controls(file: TomlFile, settings: Sequence[Settings]) -> dict[str, Any]:
    """Return the controls for the whole set; each must apply to at least one preset."""
    controls = {}
    for control in control_names():
        if control in file.content:
            knowing = [own for own in settings if means_something(control, own)]
            for own in knowing or settings[:1]:
                controls[control] = read_control(file, own, control)
    return controls
