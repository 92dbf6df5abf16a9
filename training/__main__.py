"""`python -m training`: the same as `segue train`."""

import argparse
import sys

from presets.errors import SegueError
from training import train


def main() -> int:
    """Parse the command line, train, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training", description=train.SUMMARY)
    train.add_arguments(parser)
    try:
        return train.run(parser.parse_args())
    except SegueError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
