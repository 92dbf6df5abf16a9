"""`python -m training` and `python -m export`: a command of the studio without `segue` before it."""

import argparse
import sys
from typing import Protocol

from presets.errors import SegueError


class Command(Protocol):
    """What the module of a command has."""

    SUMMARY: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""
        ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it and return the exit code."""
        ...


def run_alone(command: Command, room: str) -> int:
    """Parse the command line, run the command of `python -m ROOM`, and return the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {room}", description=command.SUMMARY)
    command.add_arguments(parser)
    try:
        return command.run(parser.parse_args())
    except SegueError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
