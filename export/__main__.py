"""`python -m export`: the same as `segue export`."""

import sys

from export import export
from training.standalone import run_alone


def main() -> int:
    """Run the command and return the exit code."""
    return run_alone(export, "export")


if __name__ == "__main__":
    sys.exit(main())
