"""`python -m live` is `segue`."""

import sys

from live.command import main

if __name__ == "__main__":
    sys.exit(main())
