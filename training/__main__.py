"""`python -m training`: the same as `segue train`."""

import sys

from training import train
from training.standalone import run_alone


def main() -> int:
    """Run the command and return the exit code."""
    return run_alone(train, "training")


if __name__ == "__main__":
    sys.exit(main())
