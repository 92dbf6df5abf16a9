"""Which MIDI systems there are, which one segue chooses, and whether it can open ports there."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing

from live.checkups.finding import Finding, fault, hint, ok
from live.midi.ports import MidiSystem, NoMidiSystemError, PortError
from live.midi.system import NATIVE, open_midi_system

SUBJECT = "MIDI system"
PORTS = "ports"

OpenSystem = Callable[[str | None], MidiSystem]


def check_midi(open_system: OpenSystem = open_midi_system) -> Iterator[Finding]:
    """Check each MIDI system of this operating system, then the ports of the one that segue chooses."""
    for backend in ("jack", NATIVE.get(sys.platform)):
        if backend is not None:
            yield _look_for(backend, open_system)
    try:
        system = open_system(None)
    except NoMidiSystemError as error:
        yield fault(
            SUBJECT,
            "none that segue can play into",
            _as_sentence(error.remedy),
            keeps_from_playing=True,
        )
        return
    with closing(system):
        yield ok(SUBJECT, f"segue chooses {system.label}: {_reason(system)}")
        yield check_ports(system)


def check_ports(system: MidiSystem) -> Finding:
    """Open segue's own ports, and close them."""
    if system.own_output_name is None:
        return hint(
            PORTS,
            f"{system.label} has no virtual ports",
            "Make a port with loopMIDI (tobias-erichsen.de), and choose it with --output.",
        )
    try:
        with closing(system.open_output()) as output, closing(system.open_input(_ignore)) as source:
            return ok(PORTS, f"{output.name} and {source.name} were opened and closed")
    except PortError as error:
        return fault(
            PORTS,
            str(error),
            "Choose an existing port with --output (`segue ports` lists them).",
            keeps_from_playing=True,
        )


def _look_for(backend: str, open_system: OpenSystem) -> Finding:
    try:
        with closing(open_system(backend)) as system:
            return ok(backend, f"{system.label} is available")
    except NoMidiSystemError as error:
        return hint(backend, str(error).partition(":")[0], _as_sentence(error.remedy))


def _reason(system: MidiSystem) -> str:
    if system.label.startswith("JACK"):
        return "its server is running, and it plays each note on the exact sample"
    return "no JACK server is running, and this one comes with the operating system"


def _as_sentence(remedy: str) -> str:
    return f"{remedy[0].upper()}{remedy[1:]}."


def _ignore(at: float, message: object) -> None:
    pass
