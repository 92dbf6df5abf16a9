"""The command `segue`: finds its subcommands by name, and prints their errors as one sentence."""

import argparse
import errno
import json
import os
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points, version
from io import TextIOWrapper
from typing import Protocol, cast

from live.supervisor.children import CONTROL
from live.supervisor.supervise import is_supervised, supervise
from presets.errors import SegueError

GROUP = "segue.commands"
STUDIO = ("keras", "matplotlib", "music21", "onnx", "tensorflow", "tf2onnx")


class Command(Protocol):
    """What the module of a subcommand has."""

    SUMMARY: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""
        ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it and return the exit code."""
        ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run `segue ARGUMENTS` and return the exit code: 0 done, 1 failed, 2 wrong usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, TextIOWrapper):
        # Names of pieces, ports and presets may have letters that an output file on Windows cannot hold.
        sys.stdout.reconfigure(errors="replace")
    if arguments[:1] == ["play"] and not is_supervised():
        return supervise(arguments)
    commands = {point.name: point for point in entry_points(group=GROUP)}
    try:
        if CONTROL in os.environ:
            # The supervisor starts an engine with Ctrl-C blocked: here it no longer ends in a traceback.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        if arguments and arguments[0] in commands:
            code = _run(commands[arguments[0]], arguments[1:])
        else:
            code = _introduce(commands, arguments)
        _flush()
        return code
    except SegueError as error:
        print(f"segue: {error}", file=sys.stderr)
        return error.exit_code
    except ModuleNotFoundError as error:
        # Only the studio's libraries may be missing; anything else is a bug.
        if error.name is None or error.name.partition(".")[0] not in STUDIO:
            raise
        print(
            f"segue: `{arguments[0]}` needs the studio ({error.name} is not installed): "
            "run pip install '.[studio]' in segue's folder",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        # An engine gets it from the terminal and from its supervisor: the second one has nothing left to end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return 130
    except BrokenPipeError:
        # The program that read our output has ended (`segue ports | head -1`).
        sys.stderr.close()
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            raise
        print(f"segue: cannot write the output: {error.strerror}", file=sys.stderr)
        # Python flushes stdout again when it exits: let that succeed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _flush() -> None:
    """Flush stdout; a full disk is reported, a closed terminal is not."""
    try:
        sys.stdout.flush()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EPIPE):
            raise


def _load(point: EntryPoint) -> Command:
    return cast(Command, point.load())


def _run(point: EntryPoint, arguments: list[str]) -> int:
    command = _load(point)
    description = command.SUMMARY[0].upper() + command.SUMMARY[1:]
    parser = argparse.ArgumentParser(prog=f"segue {point.name}", description=description)
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments))


def _introduce(commands: dict[str, EntryPoint], arguments: list[str]) -> int:
    """Answer `segue`, `segue --help`, `segue --version`, and a command that does not exist."""
    parser = argparse.ArgumentParser(
        prog="segue",
        description="A neural duet partner for the stage: it plays what comes next, in time, into a MIDI "
        "port.",
        epilog="`segue COMMAND --help` shows the options of a command. To begin, try: segue play",
    )
    parser.add_argument("--version", action="store_true", help="show the version and exit")
    parser.add_argument("--json", action="store_true", help="with --version: print JSON")
    listing = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    # Only this list loads every command. A wrong name shows it, too.
    for name, point in sorted(commands.items()):
        listing.add_parser(name, help=_load(point).SUMMARY)
    found = parser.parse_args(arguments)
    if found.version:
        print(json.dumps({"version": version("segue")}) if found.json else f"segue {version('segue')}")
        return 0
    parser.print_help()
    return 0 if not arguments else 2
