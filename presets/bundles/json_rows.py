"""JSON files with one row per line, so that a diff of two bundles is readable."""

import json
from collections.abc import Sequence
from typing import Any


def row_bytes(rows: Sequence[Any]) -> bytes:
    """Return the bytes of the file."""
    return ("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n").encode()
