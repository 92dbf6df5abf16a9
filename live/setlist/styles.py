"""From the presets as they come to how each is played tonight: the command's controls, and the set's."""

import argparse
from argparse import Namespace
from collections.abc import Sequence

import numpy as np

from live.arguments.performance import choose_seed, read_controls
from live.arguments.time import read_bpm
from live.core.planning.style import Style
from live.inference.preset_loader import StagePreset
from live.setlist.set_entries import PartSound, SetEntry

OWN_OUTPUT = "segue:out"
"""What segue's own output is called in a set, on every system."""


class Styles:
    """Dresses presets. Any thread may call it.

    What the command line says goes before what the set says, and that before the preset's own.

    Args:
        arguments: of `segue play`.
        entries: of the set, in order.

    Attributes:
        outputs: names of the ports that parts play into, beside the evening's own: number 1 and further.
    """

    def __init__(self, arguments: argparse.Namespace, entries: Sequence[SetEntry]) -> None:
        self._arguments = arguments
        self._numbers = {id(entry): number for number, entry in enumerate(entries)}
        wanted = (sound.output for entry in entries for sound in entry.parts.values())
        # One port must not be opened twice: each opening keeps its own account of what sounds there.
        evening = OWN_OUTPUT if arguments.output is None else arguments.output
        self.outputs = tuple(dict.fromkeys(name for name in wanted if name is not None and name != evening))

    def arguments_of(self, entry: SetEntry) -> Namespace:
        """Return the command's arguments with those that the set gives an entry."""
        given = {"bpm": entry.bpm, **entry.arguments}
        missing = {name: value for name, value in given.items() if getattr(self._arguments, name) is None}
        return Namespace(**{**vars(self._arguments), **missing})

    def bpm_of(self, entry: SetEntry, preset: StagePreset) -> float:
        """Return the tempo that an entry is begun in."""
        return read_bpm(self.arguments_of(entry), preset.settings)

    def style_of(self, entry: SetEntry, preset: StagePreset, rng: np.random.Generator | None = None) -> Style:
        """Return what the performer plays an entry by.

        Args:
            entry: of the set.
            preset: that it names.
            rng: chooses the seed; None for a source of chance of its own.

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
            settings.meter,
            seed=choose_seed(arguments, settings, preset.seeds, controls, rng or self._rng_of(entry)),
            bpm=entry.bpm if self._arguments.bpm is None else None,
            mode=entry.mode if self._arguments.mode is None else None,
            outputs=outputs if any(outputs) else (),
            originality=preset.originality,
        )

    def _number_of(self, output: str | None) -> int:
        """Return the number of an output by its name; the evening's is the first."""
        return self.outputs.index(output) + 1 if output in self.outputs else 0

    def _rng_of(self, entry: SetEntry) -> np.random.Generator:
        """Return chance for what is dressed in the background: it takes none from the music's."""
        rng_seed: int | None = self._arguments.rng_seed
        return np.random.default_rng(None if rng_seed is None else [rng_seed, self._numbers[id(entry)]])
