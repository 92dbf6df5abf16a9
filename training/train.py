"""`segue train`: trains a network on a folder of music. `segue export` makes a preset from the run folder."""

import argparse
import math
import os
import shlex
from dataclasses import fields
from pathlib import Path

from presets.errors import SegueError, UsageError
from training.corpus.journals import PLAYERS
from training.kinds import RECIPES
from training.quiet import quiet_loading
from training.runs.plan import Choices

SUMMARY = "train a network on a folder of music"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `segue train`."""
    parser.add_argument(
        "--recipe", choices=sorted(RECIPES), required=True, help="which network to train, and how"
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        required=True,
        metavar="DIR",
        help="a folder of music files and journals of your sets, or one such file (chopin, score); a folder "
        "of such folders (zelda); for score also a corpus that comes with music21, such as music21:bach, or "
        "a .json file of chorales in frames",
    )
    parser.add_argument(
        "--players",
        choices=PLAYERS,
        default=PLAYERS[0],
        help="whose notes to learn from the journals: segue's, yours, or both (%(default)s)",
    )
    parser.add_argument(
        "--about",
        type=Path,
        metavar="FILE.toml",
        help="the description of the corpus and its layout (the corpus.toml in it)",
    )
    parser.add_argument("--run", type=Path, required=True, metavar="RUNDIR", help="the folder to create")
    epochs = ", ".join(f"{recipe.name} {recipe.epochs}" for recipe in RECIPES.values())
    parser.add_argument(
        "--epochs",
        type=int,
        metavar="N",
        help="passes over the corpus; with score the learning rate falls over all of them, so resume a run "
        f"with the same number ({epochs})",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        metavar="M",
        help="start no epoch that would end after this many minutes (no limit)",
    )
    windows = ", ".join(f"{recipe.name} {recipe.window}" for recipe in RECIPES.values())
    parser.add_argument(
        "--window",
        type=int,
        metavar="N",
        help=f"tokens that the network sees; for score, events in a row of training music ({windows})",
    )
    parser.add_argument(
        "--targets",
        choices=("all", "last"),
        help="learn the token after each position of a window, or only after its last one, as the articles "
        "did: about a hundred times slower (all); not for score",
    )
    parser.add_argument(
        "--rng-seed", type=int, default=0, metavar="K", help="the same K gives the same run (%(default)s)"
    )
    parser.add_argument(
        "--transpose",
        action="store_true",
        help="play each piece in another key in each epoch, which the articles did not: the network learns "
        "more slowly, and does better on music it has not seen; score always does this",
    )
    parser.add_argument(
        "--from",
        dest="start",
        type=Path,
        metavar="RUNDIR",
        help="go on from the best weights of another run, which learnt from other music with the same parts; "
        "only for score",
    )
    parser.add_argument("--resume", action="store_true", help="continue the run in RUNDIR where it ended")


def run(arguments: argparse.Namespace) -> int:
    """Train, and return the exit code; Ctrl-C is a normal end."""
    for name, least in (("epochs", 1), ("minutes", 0.01), ("window", 1), ("rng_seed", 0)):
        value = getattr(arguments, name)
        if value is not None and not least <= value < math.inf:
            raise UsageError(f"--{name.replace('_', '-')} must be at least {least}, got {value}")
    recipe = RECIPES[arguments.recipe]
    arguments.goes_on = arguments.start is not None
    chosen = {field.name: getattr(arguments, field.name) for field in fields(Choices)}
    plan = recipe.plan(Choices(**chosen))
    # TensorFlow and music21 take seconds to load; `--help` must be instant.
    with quiet_loading():
        from training.studio import Order, train_corpus, train_each_folder

    order = Order(
        plan,
        epochs=arguments.epochs or recipe.epochs,
        command=command_line(arguments),
        about=arguments.about,
        minutes=arguments.minutes,
        resume=arguments.resume,
        start=arguments.start,
    )
    train = train_each_folder if recipe.folder_of_folders else train_corpus
    try:
        train(arguments.corpus, arguments.run, order)
    except KeyboardInterrupt:
        raise SegueError(
            "stopped before an epoch began; if the run folder exists, continue with --resume"
        ) from None
    except OSError as error:
        # h5py's own message fills a page; the system's message is one phrase.
        reason = os.strerror(error.errno) if error.errno else error
        raise SegueError(f"{error.filename or arguments.run}: {reason}") from error
    return 0


def command_line(arguments: argparse.Namespace) -> str:
    """Return the command line for these arguments, without the defaults."""
    words = ["segue", "train", "--recipe", arguments.recipe]
    words += ["--corpus", arguments.corpus.as_posix(), "--run", arguments.run.as_posix()]
    if arguments.about:
        words += ["--about", arguments.about.as_posix()]
    if arguments.start:
        words += ["--from", arguments.start.as_posix()]
    defaults = {
        "epochs": None,
        "minutes": None,
        "window": RECIPES[arguments.recipe].window,
        "targets": "all",
        "rng_seed": 0,
        "players": PLAYERS[0],
    }
    for name, default in defaults.items():
        value = getattr(arguments, name)
        if value not in (None, default):
            words += [f"--{name.replace('_', '-')}", f"{value:g}" if name == "minutes" else str(value)]
    words += [f"--{name}" for name in ("transpose", "resume") if getattr(arguments, name)]
    return shlex.join(words)
