"""`segue panic`: ends hanging notes, whether segue runs or not."""

import argparse
from contextlib import closing
from time import monotonic

from live.core.output.panic_messages import every_note_off, panic_messages
from live.midi.ports import MidiSystem, PortError
from live.midi.system import BACKENDS, open_midi_system

SUMMARY = "switch off every note on every MIDI port, or on one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue panic`."""
    parser.add_argument("--output", metavar="PORT", help="silence only this port (`segue ports` lists them)")
    parser.add_argument("--backend", choices=BACKENDS, help="the MIDI system to use (segue chooses one)")


def run(arguments: argparse.Namespace) -> int:
    """Send pedals up, all notes off, all sound off and every note-off on all channels.

    Raises:
        PortError: if there is no port, or one could not be opened; the others are silenced first.
    """
    with closing(open_midi_system(arguments.backend)) as system:
        ports = system.output_names() if arguments.output is None else [arguments.output]
        if not ports:
            raise PortError(
                f"there is nothing to silence: no program or device receives MIDI on {system.label}"
            )
        failures = []
        for port in ports:
            try:
                print(f"silenced {silence(system, port)}")
            except PortError as error:  # silence the other ports nevertheless
                failures.append(str(error))
        if failures:
            raise PortError("; ".join(failures))
    return 0


def silence(system: MidiSystem, port: str) -> str:
    """Silence an existing port and return its full name, once every message has left.

    Raises:
        PortError: if the port cannot be opened, or is lost meanwhile.
    """
    with closing(system.open_output(port)) as output:
        for message in (*panic_messages(), *every_note_off()):
            output.send(message, monotonic())
        return output.name
