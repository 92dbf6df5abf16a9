"""Makes the styles of a set: presets with the controls of the command line and of the set."""

import argparse
from argparse import Namespace
from collections.abc import Sequence

import numpy as np

from live.arguments.performance import choose_seed, read_controls
from live.arguments.time import read_bpm
from live.core.planning.style import Style
from live.inference.preset_loader import StagePreset
from live.setlist.set_entries import PartSound, SetEntry
from presets.music.readings import shipped_readings

OWN_OUTPUT = "segue:out"
"""The name of segue's own output in a set file, on every system."""


class Styles:
    """Makes styles from presets. Any thread may call it.

    The command line takes precedence over the set, and the set over the preset's own values.

    Args:
        arguments: of `segue play`.
        entries: of the set, in order.

    Attributes:
        outputs: names of the ports that single parts play into, besides the first output; numbered from 1.
    """

    def __init__(self, arguments: argparse.Namespace, entries: Sequence[SetEntry]) -> None:
        self._arguments = arguments
        self._numbers = {id(entry): number for number, entry in enumerate(entries)}
        wanted = (sound.output for entry in entries for sound in entry.parts.values())
        # One port must not be opened twice: each sender keeps its own record of what sounds there.
        first = OWN_OUTPUT if arguments.output is None else arguments.output
        self.outputs = tuple(dict.fromkeys(name for name in wanted if name is not None and name != first))

    def arguments_of(self, entry: SetEntry) -> Namespace:
        """Return the command's arguments, completed by those of an entry of the set."""
        given = {"bpm": entry.bpm, **entry.arguments}
        missing = {name: value for name, value in given.items() if getattr(self._arguments, name) is None}
        return Namespace(**{**vars(self._arguments), **missing})

    def bpm_of(self, entry: SetEntry, preset: StagePreset) -> float:
        """Return the tempo in which an entry starts."""
        return read_bpm(self.arguments_of(entry), preset.settings)

    def style_of(self, entry: SetEntry, preset: StagePreset, rng: np.random.Generator | None = None) -> Style:
        """Return the style of an entry.

        Args:
            entry: of the set.
            preset: the loaded preset.
            rng: chooses the seed; None for a new generator.

        Raises:
            SegueError: if a control is out of range.
        """
        settings, arguments = preset.settings, self.arguments_of(entry)
        controls = read_controls(arguments, settings)
        sounds = [entry.parts.get(part.name, PartSound()) for part in settings.parts]
        outputs = tuple(self._number_of(sound.output) for sound in sounds)
        return Style(
            settings.name,
            preset.predictor,
            tuple(sound.of(part) for sound, part in zip(sounds, settings.parts, strict=True)),
            controls,
            settings.events_kept,
            preset.think_seconds,
            corpus_meter=settings.meter,
            seed=choose_seed(arguments, settings, preset.seeds, controls, rng or self._rng_of(entry)),
            bpm=entry.bpm if self._arguments.bpm is None else None,
            meter=entry.meter,
            mode=entry.mode if self._arguments.mode is None else None,
            outputs=outputs if any(outputs) else (),
            originality=preset.originality,
            forms=preset.forms,
            readings=shipped_readings(),
        )

    def _number_of(self, output: str | None) -> int:
        """Return the number of an output by its name, 0 for the first output."""
        return self.outputs.index(output) + 1 if output in self.outputs else 0

    def _rng_of(self, entry: SetEntry) -> np.random.Generator:
        """Return a generator for styles made in the background, so that they do not use the music's."""
        rng_seed: int | None = self._arguments.rng_seed
        return np.random.default_rng(None if rng_seed is None else [rng_seed, self._numbers[id(entry)]])
