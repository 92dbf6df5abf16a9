"""Chooses the MIDI system: JACK if its server runs, otherwise the operating system's own."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from live.midi.ports import MidiSystem, NoMidiSystemError

BACKENDS = ("jack", "alsa", "coremidi", "windows", "jack-rtmidi")
"""The values of `--backend`; the last one is used only if the user names it."""

NATIVE = {"linux": "alsa", "darwin": "coremidi", "win32": "windows"}
"""The backend of each operating system, by `sys.platform`."""

ALSA_SEQUENCER = Path("/dev/snd/seq")


def open_midi_system(backend: str | None = None) -> MidiSystem:
    """Open the MIDI system. This starts no server and writes nothing to stderr.

    It imports only the library of the chosen system, so that segue starts quickly.

    Args:
        backend: one of `BACKENDS`; None for JACK if its server runs, otherwise the operating system's.

    Raises:
        NoMidiSystemError: if there is none, or not the requested one; the message names the remedy.
    """
    if backend == "jack":
        return _open_jack()
    if backend == "jack-rtmidi":
        return _open_rtmidi_on_jack()
    if backend is not None:
        return _open_native(backend)
    try:
        return _open_jack()
    except NoMidiSystemError as no_jack:
        try:
            return _open_native(NATIVE.get(sys.platform, ""))
        except NoMidiSystemError as no_native:
            raise NoMidiSystemError("MIDI system", f"{no_jack.remedy}, or {no_native.remedy}") from no_native


def backend_of(label: str) -> str:
    """Return the backend of an open system with this label, on this operating system."""
    return "jack" if label == "JACK" else NATIVE[sys.platform]


def _open_jack() -> MidiSystem:
    if find_spec("jack") is None:
        raise NoMidiSystemError("JACK for segue", "install JACK-Client with `pip install JACK-Client`")
    try:
        from live.midi.jack_ports import JackSystem
    except OSError as error:  # the package is installed, but libjack is missing
        raise NoMidiSystemError("JACK", "install JACK or PipeWire's JACK") from error
    return JackSystem()


def _open_rtmidi_on_jack() -> MidiSystem:
    import rtmidi

    from live.midi.rtmidi_ports import KINDS, RtMidiSystem

    if rtmidi.API_UNIX_JACK not in rtmidi.get_compiled_api():
        raise NoMidiSystemError("JACK in this python-rtmidi", "use --backend jack")
    return RtMidiSystem(KINDS["jack-rtmidi"])


def _open_native(backend: str) -> MidiSystem:
    if backend != NATIVE.get(sys.platform):
        backends = " or ".join(name for name in BACKENDS if name in ("jack", NATIVE.get(sys.platform)))
        raise NoMidiSystemError(f"backend `{backend}` on this operating system", f"use {backends}")
    if backend == "alsa":
        _check_alsa()
    from live.midi.rtmidi_ports import KINDS, RtMidiSystem

    return RtMidiSystem(KINDS[backend])


def _check_alsa() -> None:
    """Check this before opening ALSA, which would complain on stderr."""
    if not ALSA_SEQUENCER.exists():
        raise NoMidiSystemError("ALSA sequencer", "load ALSA's sequencer with `sudo modprobe snd-seq`")
    if not os.access(ALSA_SEQUENCER, os.R_OK | os.W_OK):
        raise NoMidiSystemError(
            "access to the ALSA sequencer", "join the group `audio` to use ALSA's sequencer"
        )
