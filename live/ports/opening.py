"""Opens the MIDI system, the outputs and the inputs that the engine asks for."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from mido import Message

from live.midi.inputs import Inputs
from live.midi.ports import MidiSystem, NoMidiSystemError, OutputPort, PortError
from live.midi.silent_port import SilentOutput
from live.ports.orders import Open
from live.system.clock import Clock

OpenSystem = Callable[[str | None], MidiSystem]
Heard = Callable[[float, int, Message], None]


@dataclass(frozen=True, slots=True)
class OpenPorts:
    """The open ports.

    Attributes:
        system: the MIDI system; None if there is none.
        clock: the MIDI system's clock; the computer's if there is no MIDI system.
        wanted: the names of the outputs by number, as the engine asked for them.
        outputs: the outputs, by number.
        inputs: the inputs; None if none could be opened.
        trouble: why the system or the inputs are missing; None if nothing is missing.
    """

    system: MidiSystem | None
    clock: Clock
    wanted: tuple[str | None, ...]
    outputs: tuple[OutputPort, ...]
    inputs: Inputs | None
    trouble: str | None


def open_ports(wanted: Open, open_system: OpenSystem, heard: Heard, machine: Clock) -> OpenPorts:
    """Open everything; if something that the user named cannot be opened, nothing stays open.

    Args:
        wanted: what the engine asks for.
        open_system: opens the MIDI system; see `live.midi.system.open_midi_system`.
        heard: called with each incoming message, from the time when the inputs are open; see `Inputs`.
        machine: the system's monotonic clock.

    Raises:
        PortError: if a port that the user named cannot be opened, or there is no MIDI system where one is
            needed.
    """
    try:
        system = open_system(wanted.backend)
    except NoMidiSystemError as error:
        if wanted.must_have_midi:
            raise
        silent = tuple(SilentOutput() for _ in wanted.outputs)
        return OpenPorts(None, machine, wanted.outputs, silent, None, str(error))
    with ExitStack() as stack:
        stack.callback(system.close)
        outputs = []
        for name in wanted.outputs:
            outputs.append(output := system.open_output(name))
            stack.callback(output.close)
        inputs, trouble = _open_inputs(wanted, system, heard)
        stack.pop_all()
    return OpenPorts(system, system.clock, wanted.outputs, tuple(outputs), inputs, trouble)


def _open_inputs(wanted: Open, system: MidiSystem, heard: Heard) -> tuple[Inputs | None, str | None]:
    """Open the inputs that the user named, or else segue's own; segue can play without its own."""
    names: list[str | None] = [*wanted.inputs]
    if not names or (wanted.follows_clock and system.own_input_name is not None):
        names.append(None)
    try:
        return Inputs(system, names, heard, system.clock.now()), None
    except PortError as error:
        if wanted.inputs:
            raise
        return None, str(error)
