"""JSON files of rows, one a line, so that a difference between two bundles is readable."""

import json
from collections.abc import Sequence
from typing import Any


def row_bytes(rows: Sequence[Any]) -> bytes:
    """Return the file."""
    return ("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n").encode()
