"""The set file: the presets of an evening in order, each as it is to be played.

docs/sets.md has all its words. Whatever is wrong in it is told when it is read, before the music starts, with
its line and the way out.
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
    ENTRY,
    EVENING,
    NAME,
    control_names,
    means_something,
    read_control,
    read_values,
    reported_at,
)
from live.setlist.toml_file import TomlFile, read_toml
from presets.bundles.settings import Settings

FOR_OWN_CLOCK = ("send_clock", "count_in", "wait")
"""What means nothing where another's clock is followed."""


@dataclass(frozen=True, slots=True)
class SetFile:
    """An evening.

    Attributes:
        path: of the file.
        name: of the set; the file's own without `.toml`, if it gives none.
        arguments: what holds for the whole evening and is given, by the names of `segue play`'s arguments
            with `_`, as their parser returns them: those of `EVENING`. The controls are in the entries.
        entries: in the order in which they are played, at least one.
        bindings: of knobs, pads and pedals, for this set; presets by their numbers in it, from 0.
    """

    path: Path
    name: str
    arguments: dict[str, Any]
    entries: tuple[SetEntry, ...]
    bindings: tuple[Binding, ...]


def read_set(path: Path) -> SetFile:
    """Read a set file and check everything in it; of the presets only the settings are read.

    Raises:
        TomlError: with the file, the line, the rule, what was received and the way out.
    """
    file = read_toml(path)
    _check_keys(file)
    count = len(file.tables_at("preset"))
    if not count:
        file.refuse('a set must have a preset, got none: write [[preset]], and name = "chopin" below it')
    presets = [read_preset(file, index) for index in range(count)]
    settings = [own for _, own in presets]
    arguments = _evening(file, settings[0])
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
    return SetFile(path, read_values(file, NAME).get("name", path.stem), arguments, entries, bindings)


def _check_keys(file: TomlFile) -> None:
    for key in file.content:
        if key in ("bpm", "title", "seed", "parts") or (key in ENTRY and key not in EVENING):
            file.refuse(f"{key!r} is of one preset: write it below its [[preset]]", key)
    file.check_keys((*NAME, *EVENING, *control_names(), "preset", "control"))


def _evening(file: TomlFile, first: Settings) -> dict[str, Any]:
    """Return what holds for the whole evening, which begins with this preset."""
    given = read_values(file, EVENING)
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
    """Return the controls that are set for the whole evening; each must mean something to some preset."""
    controls = {}
    for control in control_names():
        if control in file.content:
            knowing = [own for own in settings if means_something(control, own)]
            for own in knowing or settings[:1]:
                controls[control] = read_control(file, own, control)
    return controls
