"""`segue ports`: lists the MIDI system, its ports, and the names of segue's own ports."""

import argparse
import json
from collections.abc import Iterator
from contextlib import closing

from live.midi.ports import MidiSystem, NoMidiSystemError
from live.midi.system import BACKENDS, open_midi_system

SUMMARY = "list the MIDI ports that segue can play into and listen to"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue ports`."""
    parser.add_argument("--backend", choices=BACKENDS, help="the MIDI system to use (segue chooses one)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """List the ports; exit code 1 if there is no MIDI system."""
    try:
        system = open_midi_system(arguments.backend)
    except NoMidiSystemError as error:
        if not arguments.json:
            raise
        print(json.dumps({"system": None, "problem": str(error)}, indent=2))
        return error.exit_code
    with closing(system):
        if arguments.json:
            print(json.dumps(_describe(system), indent=2))
        else:
            print("\n".join(_lines(system)))
    return 0


def _describe(system: MidiSystem) -> dict[str, object]:
    return {
        "system": system.label,
        "problem": None,
        "own_output": system.own_output_name,
        "own_input": system.own_input_name,
        "outputs": system.output_names(),
        "inputs": system.input_names(),
    }


def _lines(system: MidiSystem) -> Iterator[str]:
    yield f"MIDI system: {system.label}"
    if system.own_output_name and system.own_input_name:
        yield f"segue's own ports: {system.own_output_name}, {system.own_input_name}"
    else:
        yield "segue's own ports: none on this system (make some with loopMIDI)"
    yield "to play into (--output):"
    yield from (f"  {name}" for name in system.output_names() or ["none"])
    yield "to listen to (--input):"
    yield from (f"  {name}" for name in system.input_names() or ["none"])
