"""How a score preset plays unless the player says otherwise: values that `segue export` is given."""

import argparse
from dataclasses import dataclass, field

from presets.bundles.settings import BPM, DENSITY, RECALL, TEMPERATURE, Sampling, SettingsError
from presets.errors import UsageError

DEFAULT_CONTROLS = (
    "temperature",
    "top_p",
    "rhythm_temperature",
    "rhythm_top_p",
    "dynamics_temperature",
    "dynamics_top_p",
    "recall",
    "density",
    "bpm",
)
"""The arguments."""


@dataclass(frozen=True, slots=True)
class DefaultControls:
    """The values.

    Attributes:
        sampling: of the notes.
        rhythm: of inter-onset intervals and durations.
        dynamics: of velocities.
        recall: 0..1.
        density: -1..1.
        bpm: quarter notes a minute, 20..400; None for the median of the training pieces.
    """

    sampling: Sampling = field(default_factory=Sampling)
    rhythm: Sampling = field(default_factory=Sampling)
    dynamics: Sampling = field(default_factory=Sampling)
    recall: float = 0.0
    density: float = 0.0
    bpm: float | None = None

    def __post_init__(self) -> None:
        RECALL.check(self.recall)
        DENSITY.check(self.density)
        if self.bpm is not None:
            BPM.check(self.bpm)


def add_control_arguments(parser: argparse._ArgumentGroup) -> None:
    """Declare the arguments; None is "nothing said"."""
    for prefix, what in (("", "notes"), ("rhythm-", "rhythm"), ("dynamics-", "dynamics")):
        parser.add_argument(
            f"--{prefix}temperature", type=float, metavar="T", help=f"of the {what}, {TEMPERATURE} (1)"
        )
        parser.add_argument(
            f"--{prefix}top-p",
            type=float,
            metavar="P",
            help=f"draw the {what} among the likeliest that together have P, 0..1 (1)",
        )
    parser.add_argument(
        "--recall",
        type=float,
        metavar="R",
        help=f"how readily figures that were played come back, {RECALL}; 0 is as the network will (0)",
    )
    parser.add_argument(
        "--density",
        type=float,
        metavar="D",
        help=f"above 0 shorter intervals between events, below 0 longer ones, {DENSITY}; 0 is as the network "
        "will (0)",
    )
    parser.add_argument(
        "--bpm", type=float, help=f"quarter notes a minute, {BPM} (the median of the training pieces)"
    )


def read_default_controls(arguments: argparse.Namespace) -> DefaultControls:
    """Return what the arguments say.

    Raises:
        UsageError: if a value is out of range.
    """

    def sampling(prefix: str) -> Sampling:
        given = {
            "temperature": getattr(arguments, f"{prefix}temperature"),
            "top_p": getattr(arguments, f"{prefix}top_p"),
        }
        return Sampling(**{name: value for name, value in given.items() if value is not None})

    try:
        return DefaultControls(
            sampling=sampling(""),
            rhythm=sampling("rhythm_"),
            dynamics=sampling("dynamics_"),
            recall=arguments.recall or 0.0,
            density=arguments.density or 0.0,
            bpm=arguments.bpm,
        )
    except SettingsError as error:
        raise UsageError(str(error)) from error


def control_words(arguments: argparse.Namespace) -> list[str]:
    """Return the arguments that were given, as words of a command line."""
    given = {name: getattr(arguments, name) for name in DEFAULT_CONTROLS}
    return [
        word
        for name, value in given.items()
        if value is not None
        for word in (f"--{name.replace('_', '-')}", f"{value:g}")
    ]
