"""The arguments that `segue play` and `segue render` share: how to draw and strike, where to start."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from live.arguments.midi_seed import read_seed
from live.core.controls.note_names import read_range
from live.core.controls.scales import SCALES, Key
from live.core.controls.values import MAX_NOTES, ORIGINALITY, REGISTER, TRANSPOSE, Controls
from live.core.generation.expression import sound
from live.core.output.parts import window_in_parts
from presets.bundles.seed import Seed
from presets.bundles.settings import (
    DENSITY,
    GATE,
    RECALL,
    TEMPERATURE,
    VELOCITY,
    Sampling,
    Settings,
    SettingsError,
)
from presets.errors import UsageError

DEFAULT_PRESET = "chopin"

FOLLOW = "follow"
"""The key that the player is in."""

OF_ONE_KIND = {
    "classic": ("--step",),
    "score": (
        "--rhythm-temperature",
        "--dynamics-temperature",
        "--rhythm-top-p",
        "--dynamics-top-p",
        "--key",
        "--max-notes",
        "--density",
        "--transpose",
        "--recall",
        "--register",
    ),
}
"""The arguments that mean something to one kind of preset only."""


def add_performance_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that both commands take."""
    parser.description = f"{parser.description}. What is not given is the preset's own."
    parser.add_argument(
        "--gate", type=float, help=f"how much of its step, or of its own length, a note sounds, {GATE}"
    )
    parser.add_argument("--velocity", type=int, help=f"how hard notes are struck, on average, {VELOCITY}")
    parser.add_argument(
        "--temperature",
        type=float,
        help=f"of the notes, {TEMPERATURE}: below 1 surer, above 1 wilder; 0 always the likeliest",
    )
    parser.add_argument("--top-k", type=int, metavar="K", help="draw notes among the K likeliest; 0 is all")
    parser.add_argument(
        "--top-p", type=float, metavar="P", help="draw notes among the likeliest that together have P, 0..1"
    )
    parser.add_argument(
        "--range", metavar="LOW-HIGH", help="play only these notes: C3-C6 (C4 is middle C), or 48-84"
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
    parser.add_argument(
        "--originality",
        type=int,
        metavar="N",
        help="never play N events in a row as a piece has them that the preset was trained on, in any key, "
        f"{ORIGINALITY}",
    )
    classic = parser.add_argument_group("for classic presets, which know no rhythm")
    classic.add_argument(
        "--step", type=float, help="beats from one event to the next, 1/32..16; 0.5 is eighths"
    )
    score = parser.add_argument_group("for score presets, which know rhythm and dynamics")
    for field, what in (
        ("rhythm", "when notes come and how long they last"),
        ("dynamics", "how loud notes are"),
    ):
        score.add_argument(
            f"--{field}-temperature", type=float, metavar="T", help=f"--temperature for {what}"
        )
        score.add_argument(f"--{field}-top-p", type=float, metavar="P", help=f"--top-p for {what}")
    score.add_argument(
        "--key",
        metavar='"C minor"',
        help=f"play only notes of this key, or of the one that you are in: {FOLLOW}; "
        f"scales: {', '.join(SCALES)}",
    )
    score.add_argument("--max-notes", type=int, metavar="N", help=f"the most notes of a chord, {MAX_NOTES}")
    score.add_argument(
        "--density", type=float, metavar="D", help=f"above 0 more events, below 0 fewer, {DENSITY}"
    )
    score.add_argument(
        "--transpose", type=int, metavar="N", help=f"play so many semitones higher, {TRANSPOSE}"
    )
    score.add_argument(
        "--recall", type=float, metavar="R", help=f"how readily figures that were played come back, {RECALL}"
    )
    score.add_argument(
        "--register", type=float, metavar="R", help=f"above 0 higher notes, below 0 lower ones, {REGISTER}"
    )


def read_controls(arguments: argparse.Namespace, settings: Settings) -> Controls:
    """Return the preset's controls with what the arguments override; what means nothing to it says nothing.

    Raises:
        UsageError: if one is out of range.
    """
    own = Controls.of(settings)
    with refusing():
        ends = None if arguments.range is None else read_range(arguments.range)
        return replace(
            own,
            sampling=_sampling(own.sampling, arguments.temperature, arguments.top_p, arguments.top_k),
            rhythm=_sampling(own.rhythm, arguments.rhythm_temperature, arguments.rhythm_top_p),
            dynamics=_sampling(own.dynamics, arguments.dynamics_temperature, arguments.dynamics_top_p),
            **_given(
                step=arguments.step,
                gate=arguments.gate,
                velocity=arguments.velocity,
                key=None if arguments.key in (None, FOLLOW) else Key.read(arguments.key),
                follow_key=arguments.key == FOLLOW,
                lowest=ends and ends[0],
                highest=ends and ends[1],
                max_notes=arguments.max_notes,
                density=arguments.density,
                transpose=arguments.transpose,
                recall=arguments.recall,
                register=arguments.register,
                originality=arguments.originality,
            ),
        )


def read_rng(arguments: argparse.Namespace) -> np.random.Generator:
    """Return the source of chance; `UsageError` for a seed that numpy refuses."""
    if arguments.rng_seed is not None and arguments.rng_seed < 0:
        raise UsageError(f"--rng-seed must be 0 or more, got {arguments.rng_seed}")
    return np.random.default_rng(arguments.rng_seed)


def choose_seed(
    arguments: argparse.Namespace,
    settings: Settings,
    seeds: Sequence[Seed],
    controls: Controls,
    rng: np.random.Generator,
) -> Seed:
    """Return where to start from: the file, or one of the preset's own seeds by chance.

    Where the preset knows rhythm, the seed is as it would have sounded under these controls, so that what
    follows fits it.
    """
    if arguments.seed is None:
        seed = seeds[int(rng.integers(len(seeds)))]
    else:
        seed = read_seed(arguments.seed, settings.meter, settings.events_kept)
        seed = replace(seed, window=window_in_parts(seed.window, settings.parts))
    if not settings.has_rhythm:
        return seed
    events = tuple(sound(event, controls, settings.velocity) for event in seed.window)
    return replace(seed, window=replace(seed.window, events=events))


def _sampling(
    own: Sampling, temperature: float | None, top_p: float | None, top_k: int | None = None
) -> Sampling:
    return replace(own, **_given(temperature=temperature, top_p=top_p, top_k=top_k))


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def refuse_foreign(arguments: argparse.Namespace, settings: Settings) -> None:
    """Raise `UsageError` for an argument that means nothing to a preset of this kind."""
    for kind, options in OF_ONE_KIND.items():
        for option in options if kind != settings.kind else ():
            if getattr(arguments, option[2:].replace("-", "_")) is not None:
                raise UsageError(
                    f"{option} is for {kind} presets, and {settings.name!r} is a {settings.kind} one: leave "
                    "it out, or choose another preset (`segue presets` lists them)"
                )


@contextmanager
def refusing() -> Iterator[None]:
    """A value out of range is a fault of the preset's in a preset, and here of how the command was called."""
    try:
        yield
    except SettingsError as error:
        raise UsageError(str(error)) from error
