"""`python -m training` and `python -m export`: run these commands without `segue`."""

import argparse
import sys
from typing import Protocol

from presets.errors import SegueError


class Command(Protocol):
    """The module of a command."""

    SUMMARY: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""
        ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Run the command and return the exit code."""
        ...


def run_alone(command: Command, room: str) -> int:
    """Parse the command line of `python -m ROOM`, run the command, and return the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {room}", description=command.SUMMARY)
    command.add_arguments(parser)
    try:
        return command.run(parser.parse_args())
    except SegueError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
