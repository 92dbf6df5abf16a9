"""The computer that was measured."""

import os
import platform
from contextlib import closing
from importlib.metadata import version
from typing import Any

from live.midi.ports import NoMidiSystemError
from live.midi.system import open_midi_system


def describe_machine(backend: str | None) -> dict[str, Any]:
    """Return the facts that results depend on; `load` is the mean number of busy processes in a minute."""
    return {
        "system": platform.platform(terse=True),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "onnxruntime": version("onnxruntime"),
        "midi": _midi_label(backend),
        "segue": version("segue"),
    }


def _midi_label(backend: str | None) -> str | None:
    try:
        with closing(open_midi_system(backend)) as system:
            return system.label
    except NoMidiSystemError:
        return None
