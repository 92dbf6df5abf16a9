"""Which MIDI systems there are, which one segue chooses, and whether it can have ports there."""

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
    """Look for every system of this operating system, then at the ports of the one that is chosen."""
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
    """Open ports of segue's own for real, and close them."""
    if system.own_output_name is None:
        return hint(
            PORTS,
            f"{system.label} has no ports for programs",
            "Make a port with loopMIDI (tobias-erichsen.de) and name it with --output.",
        )
    try:
        with closing(system.open_output()) as output, closing(system.open_input(_ignore)) as source:
            return ok(PORTS, f"{output.name} and {source.name} were opened and closed")
    except PortError as error:
        return fault(
            PORTS,
            str(error),
            "Play into a port that is there with --output (`segue ports` lists them).",
            keeps_from_playing=True,
        )


def _look_for(backend: str, open_system: OpenSystem) -> Finding:
    try:
        with closing(open_system(backend)) as system:
            return ok(backend, f"{system.label} is there")
    except NoMidiSystemError as error:
        return hint(backend, str(error).partition(":")[0], _as_sentence(error.remedy))


def _reason(system: MidiSystem) -> str:
    if system.label.startswith("JACK"):
        return "its server runs, and it places each note on its sample"
    return "no JACK server runs, and the operating system brings it"


def _as_sentence(remedy: str) -> str:
    return f"{remedy[0].upper()}{remedy[1:]}."


def _ignore(at: float, message: object) -> None:
    pass
