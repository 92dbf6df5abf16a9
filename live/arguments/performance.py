"""The arguments that `segue play` and `segue render` share: the controls, and where to start."""

import argparse
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from live.arguments.midi_seed import MidiSeed, read_seed
from live.core.controls.control import Control
from live.core.controls.table import OPTIONS, Controls
from live.core.generation.expression import sound
from live.core.output.parts import window_in_parts
from presets.bundles.kinds import KINDS
from presets.bundles.seed import Seed
from presets.bundles.settings import Settings, SettingsError
from presets.errors import UsageError

DEFAULT_PRESET = "chopin"


def add_performance_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that both commands take."""
    parser.description = f"{parser.description}. Anything you leave out uses the preset's default."
    without, having = _kinds(has_rhythm=False), _kinds(has_rhythm=True)
    groups: dict[bool | None, argparse._ActionsContainer] = {
        None: parser,
        False: parser.add_argument_group(f"for {without} presets, which know no rhythm"),
        True: parser.add_argument_group(f"for {having} presets, which know rhythm and dynamics"),
    }
    for control in OPTIONS:
        _add_control(groups[control.rhythm], control)
        if control.name == "range":
            _add_seed_arguments(parser)


def _add_control(group: argparse._ActionsContainer, control: Control) -> None:
    """Declare the option of a control."""
    read: type = str
    if control.limits is not None:
        read = int if control.limits.whole else float
    group.add_argument(f"--{control.name}", type=read, metavar=control.metavar, help=control.explained)


def _add_seed_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed",
        type=Path,
        metavar="FILE.mid",
        help="start from the beginning of this music instead of the preset's own",
    )
    parser.add_argument(
        "--rng-seed", type=int, metavar="K", help="the same K and the same input give the same music"
    )


def read_controls(arguments: argparse.Namespace, settings: Settings) -> Controls:
    """Return the preset's controls, replaced by the arguments that are given.

    An argument that does not apply to the preset has no effect.

    Raises:
        UsageError: if one is out of range.
    """
    controls = Controls.of(settings)
    with refusing():
        for control, value in _given(arguments):
            controls = controls.given(control, value)
    return controls


def refuse_foreign(arguments: argparse.Namespace, settings: Settings) -> None:
    """Raise `UsageError` for an argument that means nothing to a preset, because of its kind or its parts."""
    for control, _ in _given(arguments):
        if not control.concerns(KINDS[settings.kind]):
            others = _kinds(not settings.has_rhythm)
            raise UsageError(
                f"--{control.name} is for {others} presets, and {settings.name!r} is a {settings.kind} one: "
                "leave it out, or choose another preset (`segue presets` lists them)"
            )
    _check_mine(read_controls(arguments, settings).mine, settings)


def _check_mine(mine: Collection[str], settings: Settings) -> None:
    """Raise `UsageError` if a preset does not have these parts, or has no others."""
    parts = [part.name for part in settings.parts]
    of_preset = f"of {settings.name!r}: {', '.join(parts)}"
    for name in sorted(mine):
        if name not in parts:
            raise UsageError(f"--me must be a part {of_preset}; got {name!r}")
    if mine and len(mine) == len(parts):
        raise UsageError(f"--me must leave segue a part {of_preset}; got every one")


def _kinds(has_rhythm: bool) -> str:
    """Return the names of the kinds of presets that know rhythm, or of those that do not."""
    return " and ".join(kind.name for kind in KINDS.values() if kind.has_rhythm == has_rhythm)


def _given(arguments: argparse.Namespace) -> Iterator[tuple[Control, Any]]:
    """Yield the controls that the arguments set, with their values."""
    for control in OPTIONS:
        value = getattr(arguments, control.argument)
        if value is not None:
            yield control, value


def read_rng(arguments: argparse.Namespace) -> np.random.Generator:
    """Return the random generator; raise `UsageError` for a seed that numpy refuses."""
    if arguments.rng_seed is not None and arguments.rng_seed < 0:
        raise UsageError(f"--rng-seed must be 0 or more, got {arguments.rng_seed}")
    return np.random.default_rng(arguments.rng_seed)


def open_seed(arguments: argparse.Namespace) -> None:
    """Replace the path of `--seed`, if it is given, by what is in the file: once, before the music.

    Raises:
        SeedError: if the file cannot be used.
    """
    if arguments.seed is not None:
        arguments.seed = read_seed(arguments.seed)


def remarks_on_seeds(seeds: Iterable[MidiSeed | None]) -> list[str]:
    """Return a sentence for all that was ignored in the files of seeds; each file has its sentences once."""
    remarks = {seed.path: seed.remarks for seed in seeds if seed is not None}
    return [f"the seed {path}: {remark}" for path, texts in remarks.items() for remark in texts]


def choose_seed(
    arguments: argparse.Namespace,
    settings: Settings,
    seeds: Sequence[Seed],
    controls: Controls,
    rng: np.random.Generator,
) -> Seed:
    """Return the seed: the file that `open_seed` has read, or a random one of the preset's own seeds.

    For a preset with rhythm, the controls shape the seed as well, so that the music continues it smoothly.
    """
    if arguments.seed is None:
        seed = seeds[int(rng.integers(len(seeds)))]
    else:
        seed = arguments.seed.seed(settings.meter, settings.events_kept)
        seed = replace(seed, window=window_in_parts(seed.window, settings.parts))
    if not settings.has_rhythm:
        return seed
    events = tuple(sound(event, controls, settings.velocity) for event in seed.window)
    return replace(seed, window=replace(seed.window, events=events))


@contextmanager
def refusing() -> Iterator[None]:
    """Report a value out of range as a mistake in how the command was called."""
    try:
        yield
    except SettingsError as error:
        raise UsageError(str(error)) from error
