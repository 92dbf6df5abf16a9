"""The default controls of a score preset: options of `segue export` set them."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace

from live.core.controls.control import Control, value_at, with_value
from live.core.controls.table import CONTROLS, PLAIN
from presets.bundles.settings import (
    BPM,
    DENSITY,
    FORM,
    ORIGINALITY,
    RECALL,
    TEMPERATURE,
    Range,
    Sampling,
    Settings,
    SettingsError,
)
from presets.errors import UsageError

_NAMES = (
    "temperature",
    "top-p",
    "rhythm-temperature",
    "rhythm-top-p",
    "dynamics-temperature",
    "dynamics-top-p",
    "recall",
    "density",
    "form",
    "originality",
)

_OF_PRESETS = (
    Control(
        "chord-temperature",
        TEMPERATURE,
        "how it is drawn how many notes sound together; on stage, temperature moves it, too",
        metavar="T",
        path="controls.chords.temperature",
    ),
    Control(
        "duration-temperature",
        TEMPERATURE,
        "how durations are drawn; on stage, rhythm-temperature moves it, too",
        metavar="T",
        path="controls.durations.temperature",
    ),
    Control(
        "duration-top-p",
        Range("top-p", 0, 1),
        "--top-p for durations; on stage, rhythm-top-p moves it, too",
        metavar="P",
        path="controls.durations.top_p",
    ),
)
"""Of a preset alone: on stage, one word is for both kinds of choice."""

CONTROLS_OF_PRESETS = (
    *(control for name in _NAMES for control in CONTROLS if control.name == name),
    *_OF_PRESETS,
)
"""The controls whose defaults are set at export, and not by the training pieces."""

DEFAULT_CONTROLS = (*(control.argument for control in CONTROLS_OF_PRESETS), "bpm")
"""The names of the arguments, as argparse has them."""


@dataclass(frozen=True, slots=True)
class DefaultControls:
    """The default values of a preset's controls.

    Attributes:
        sampling: how it is sampled which notes sound.
        rhythm: how inter-onset intervals are sampled.
        dynamics: how velocities are sampled.
        recall: 0..1.
        density: -1..1.
        form: 0..4.
        originality: 4..64; None for no limit.
        bpm: quarter notes per minute, 20..400; None for the median of the training pieces.
        chords: how it is sampled whether a further note joins an event.
        durations: how durations are sampled.
    """

    sampling: Sampling = PLAIN
    rhythm: Sampling = PLAIN
    dynamics: Sampling = PLAIN
    recall: float = 0.0
    density: float = 0.0
    form: float = 1.0
    originality: int | None = None
    bpm: float | None = None
    chords: Sampling = PLAIN
    durations: Sampling = PLAIN

    def __post_init__(self) -> None:
        RECALL.check(self.recall)
        DENSITY.check(self.density)
        FORM.check(self.form)
        if self.originality is not None:
            ORIGINALITY.check(self.originality)
        if self.bpm is not None:
            BPM.check(self.bpm)


def add_control_arguments(parser: argparse._ArgumentGroup) -> None:
    """Declare the arguments; an argument that is left out is None."""
    for control in CONTROLS_OF_PRESETS:
        usual = value_at(DefaultControls(), control.fields[1:])
        parser.add_argument(
            f"--{control.name}",
            type=int if control.limits is not None and control.limits.whole else float,
            metavar=control.metavar,
            help=f"{control.explained} ({'no limit' if usual is None else f'{usual:g}'})",
        )
    parser.add_argument(
        "--bpm", type=float, help=f"quarter notes a minute, {BPM} (the median of the training pieces)"
    )


def read_default_controls(arguments: argparse.Namespace) -> DefaultControls:
    """Return the default controls that the options set.

    Raises:
        UsageError: if a value is out of range.
    """
    controls = DefaultControls()
    try:
        for control in CONTROLS_OF_PRESETS:
            value = getattr(arguments, control.argument)
            if value is not None:
                controls = with_value(controls, control.fields[1:], value)
        return replace(controls, bpm=arguments.bpm)
    except SettingsError as error:
        raise UsageError(str(error)) from error


def words_of(settings: Settings) -> list[str]:
    """Return the default controls of a preset as words of a command line."""
    values = {control.name: value_at(settings, control.fields[1:]) for control in CONTROLS_OF_PRESETS}
    return _words({name: value for name, value in values.items() if value is not None})


def control_words(arguments: argparse.Namespace) -> list[str]:
    """Return the arguments that the user set, as words of a command line."""
    given = {name.replace("_", "-"): getattr(arguments, name) for name in DEFAULT_CONTROLS}
    return _words({name: value for name, value in given.items() if value is not None})


def _words(values: Mapping[str, float]) -> list[str]:
    return [word for name, value in values.items() for word in (f"--{name}", f"{value:g}")]
