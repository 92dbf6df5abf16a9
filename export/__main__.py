"""`python -m export`: the same as `segue export`."""

import argparse
import sys

from export import export
from presets.errors import SegueError


def main() -> int:
    """Parse the command line, export, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m export", description=export.SUMMARY)
    export.add_arguments(parser)
    try:
        return export.run(parser.parse_args())
    except SegueError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
