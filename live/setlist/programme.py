"""The programme: the presets to play, in order, from a set file or from the command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

from live.arguments.performance import DEFAULT_PRESET
from live.core.controls.binding import Binding
from live.setlist.set_entries import SetEntry
from live.setlist.set_file import SetFile
from presets.bundles.library import preset_folders


@dataclass(frozen=True, slots=True)
class Programme:
    """The presets to play.

    Attributes:
        entries: the presets in order, at least one; the first one starts.
        set_name: name of the set file; None without one.
        bindings: bindings of knobs, pads and pedals, for this set.
    """

    entries: tuple[SetEntry, ...]
    set_name: str | None = None
    bindings: tuple[Binding, ...] = ()

    @property
    def title(self) -> str:
        """The title of a recording of it."""
        return self.set_name or self.entries[0].title


def read_programme(arguments: argparse.Namespace, set_file: SetFile | None) -> Programme:
    """Return the programme of a set file, or else of the presets that the command names.

    Args:
        arguments: as given on the command line: missing ones are still None.
        set_file: the file of `--set`; None without one.
    """
    if set_file is None:
        programme = Programme(_entries(arguments.presets or _all_presets()))
    else:
        mode = set_file.arguments.get("mode")
        entries = tuple(replace(entry, mode=entry.mode or mode) for entry in set_file.entries)
        programme = Programme(entries, set_file.name, set_file.bindings)
    # The command takes precedence over the set.
    return replace(programme, entries=tuple(_overridden(entry, arguments) for entry in programme.entries))


def _overridden(entry: SetEntry, arguments: argparse.Namespace) -> SetEntry:
    """Return an entry without what the command line sets for the whole performance."""
    return replace(
        entry,
        meter=entry.meter if arguments.meter is None else None,
        switch=entry.switch if arguments.switch is None else None,
    )


def _all_presets() -> list[str]:
    """Return the names of all presets, the default one first."""
    return [DEFAULT_PRESET, *(name for name in preset_folders() if name != DEFAULT_PRESET)]


def _entries(names: Sequence[str]) -> tuple[SetEntry, ...]:
    """Return presets as entries that change nothing about them."""
    return tuple(
        SetEntry(name, name, bpm=None, meter=None, mode=None, switch=None, arguments={}, parts={}, line=0)
        for name in names
    )
