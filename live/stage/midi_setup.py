"""Opens the MIDI system and the inputs of a performance."""

import argparse
from contextlib import ExitStack
from dataclasses import dataclass

from mido import Message

from live.midi.inputs import Inputs
from live.midi.ports import MidiSystem, NoMidiSystemError, OutputPort, PortError
from live.midi.silent_port import SilentOutput
from live.midi.system import open_midi_system
from live.stage.inbox import Inbox, MessageReceived
from live.system.clock import Clock, MonotonicClock
from presets.errors import SegueError


@dataclass(frozen=True, slots=True)
class Midi:
    """The MIDI of a performance.

    Attributes:
        system: the MIDI system; None if there is none.
        clock: the MIDI system's clock; the computer's if there is no MIDI system.
        inputs: the MIDI inputs; None if none could be opened.
        trouble: why the system or the inputs are missing; None if nothing is missing.
    """

    system: MidiSystem | None
    clock: Clock
    inputs: Inputs | None
    trouble: str | None

    def open_output(self, name: str | None) -> OutputPort:
        """Open an output, None for segue's own port; without a MIDI system, return a silent output.

        Raises:
            PortError: if the port cannot be opened.
        """
        return self.system.open_output(name) if self.system is not None else SilentOutput()


def open_midi(
    stack: ExitStack, arguments: argparse.Namespace, output_names: tuple[str, ...], inbox: Inbox
) -> Midi:
    """Open the MIDI system and its inputs; leaving the stack closes them.

    Args:
        stack: closes everything that this function opens.
        arguments: the arguments of `segue play`.
        output_names: names of the ports that single parts will play into, without the command's output.
        inbox: receives each incoming message.

    Raises:
        PortError: if a port that the user named cannot be opened.
        SegueError: if there is no input and the performance starts by listening.
    """
    system, trouble = _open_system(arguments, output_names)
    inputs: Inputs | None = None
    if system is None:
        clock: Clock = MonotonicClock()
    else:
        stack.callback(system.close)
        clock = system.clock
        inputs, input_trouble = _open_inputs(arguments, system, clock, inbox)
        trouble = trouble or input_trouble
    if inputs is not None:
        stack.enter_context(inputs)
    elif arguments.wait or arguments.clock == "midi-in":
        asked = "--wait" if arguments.wait else "--clock midi-in"
        raise SegueError(f"{asked} needs a MIDI input, but none could be opened: {trouble}")
    return Midi(system, clock, inputs, trouble)


def _open_system(
    arguments: argparse.Namespace, output_names: tuple[str, ...]
) -> tuple[MidiSystem | None, str | None]:
    """Open the MIDI system; if there is none and the user needs none, return the reason instead."""
    try:
        return open_midi_system(arguments.backend), None
    except NoMidiSystemError as error:
        asked = (
            arguments.backend,
            arguments.output,
            arguments.input,
            output_names,
            arguments.clock == "midi-in",
        )
        if any(asked):
            raise
        return None, str(error)


def _open_inputs(
    arguments: argparse.Namespace, system: MidiSystem, clock: Clock, inbox: Inbox
) -> tuple[Inputs | None, str | None]:
    """Open the inputs that the user named, or else segue's own; segue can play without its own."""

    def heard(at: float, source: int, message: Message) -> None:
        inbox.put(MessageReceived(at, source, message))

    try:
        return Inputs(system, _wanted_inputs(arguments, system), heard, clock.now()), None
    except PortError as error:
        if arguments.input:
            raise
        return None, str(error)


def _wanted_inputs(arguments: argparse.Namespace, system: MidiSystem) -> list[str | None]:
    """Return the inputs to open: those that the user named, or segue's own; to follow a clock, both."""
    wanted: list[str | None] = [*arguments.input]
    if not wanted or (arguments.clock == "midi-in" and system.own_input_name is not None):
        wanted.append(None)
    return wanted
