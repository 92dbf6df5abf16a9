"""The arguments that `segue play` and `segue render` share: how to draw and strike, where to start."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from live.core.controls import Controls
from live.midi_seed import read_seed
from presets.bundle import Bundle
from presets.errors import UsageError
from presets.settings import BPM, GATE, TEMPERATURE, VELOCITY, SettingsError
from presets.window import Window

DEFAULT_PRESET = "chopin-classic"


def add_performance_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that both commands take."""
    parser.description = f"{parser.description}. What is not given is the preset's own."
    parser.add_argument(
        "preset",
        nargs="?",
        default=DEFAULT_PRESET,
        metavar="PRESET",
        help="name of a preset (`segue presets` lists them), or the path of its folder (%(default)s)",
    )
    parser.add_argument("--bpm", type=float, help=f"tempo in quarter notes a minute, {BPM}")
    parser.add_argument(
        "--step", type=float, help="beats from one event to the next, 1/32..16; 0.5 is eighths"
    )
    parser.add_argument("--gate", type=float, help=f"how much of its step a note sounds, {GATE}; 1 is legato")
    parser.add_argument("--velocity", type=int, help=f"how hard its notes are struck, {VELOCITY}")
    parser.add_argument(
        "--temperature",
        type=float,
        help=f"{TEMPERATURE}: below 1 surer, above 1 wilder; 0 always the likeliest",
    )
    parser.add_argument("--top-k", type=int, metavar="K", help="draw among the K likeliest tokens; 0 is all")
    parser.add_argument(
        "--top-p", type=float, metavar="P", help="draw among the likeliest tokens that together have P, 0..1"
    )
    parser.add_argument(
        "--seed",
        type=Path,
        metavar="FILE.mid",
        help="start from the beginning of this music and not from the preset's own",
    )
    parser.add_argument(
        "--rng-seed", type=int, metavar="K", help="the same K and the same input give the same music"
    )


def read_controls(arguments: argparse.Namespace, bundle: Bundle) -> Controls:
    """Return the preset's controls with what the arguments override; `UsageError` if one is out of range."""

    def given(**values: float | None) -> dict[str, float]:
        return {name: value for name, value in values.items() if value is not None}

    own = Controls.of(bundle.settings)
    with _refusing():
        sampling = replace(
            own.sampling,
            **given(temperature=arguments.temperature, top_k=arguments.top_k, top_p=arguments.top_p),  # type: ignore[arg-type]
        )
        return replace(
            own,
            sampling=sampling,
            **given(step=arguments.step, gate=arguments.gate, velocity=arguments.velocity),  # type: ignore[arg-type]
        )


def read_bpm(arguments: argparse.Namespace, bundle: Bundle) -> float:
    """Return the tempo; `UsageError` if it is out of range."""
    bpm: float = bundle.settings.bpm if arguments.bpm is None else arguments.bpm
    with _refusing():
        BPM.check(bpm)
    return bpm


def read_rng(arguments: argparse.Namespace) -> np.random.Generator:
    """Return the source of chance; `UsageError` for a seed that numpy refuses."""
    if arguments.rng_seed is not None and arguments.rng_seed < 0:
        raise UsageError(f"--rng-seed must be 0 or more, got {arguments.rng_seed}")
    return np.random.default_rng(arguments.rng_seed)


def choose_seed(arguments: argparse.Namespace, bundle: Bundle, rng: np.random.Generator) -> Window:
    """Return the first window: the file's, or one of the preset's own by chance."""
    if arguments.seed is not None:
        return read_seed(arguments.seed, bundle.settings.events_kept)
    return bundle.seeds[rng.integers(len(bundle.seeds))].window


@contextmanager
def _refusing() -> Iterator[None]:
    """A value out of range is a fault of the preset's in a preset, and here of how the command was called."""
    try:
        yield
    except SettingsError as error:
        raise UsageError(str(error)) from error
