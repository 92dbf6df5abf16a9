"""Opens what a performance needs of the machine, so that leaving silences it before it closes."""

import argparse
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from queue import Empty

from mido import Message
from rich.console import Console

from live.core.controls.control_map import ControlMap
from live.core.input.echo import LoopDetector
from live.core.output.thru import Thru
from live.core.performer.master_sync import MasterSync
from live.core.performer.performer import Performer
from live.journals.archive import Archive
from live.journals.recorder import Recorder
from live.midi.inputs import Inputs
from live.midi.ports import MidiSystem, NoMidiSystemError, OutputPort, PortError
from live.midi.silent_port import SilentOutput
from live.midi.system import open_midi_system
from live.output.outputs import Outputs
from live.output.sender import MessageSent
from live.screen import Display, JsonLines, Lines, Screen
from live.screen.typed_keys import typed_keys
from live.setlist.control_file import control_file, remove_bindings, save_binding
from live.setlist.repertoire import Repertoire
from live.stage.stage import Heard, Inbox, Stage, Typed
from live.stage.steering import Steering
from live.system.clock import Clock, MonotonicClock
from presets.errors import SegueError
from presets.sets.records import Opened


@dataclass(frozen=True, slots=True)
class Performance:
    """What is going to be performed.

    Attributes:
        performer: decides.
        repertoire: the presets that can be switched to.
        surface: what the controllers do.
        outputs: names of the ports that parts play into, beside the evening's own.
        thru: leads what the player plays to the output; None to keep it.
        archive: keeps the journal.
        set_name: of the set; None without one.
        latency_seconds: how much earlier than its tick a note leaves.
    """

    performer: Performer
    repertoire: Repertoire
    surface: ControlMap
    output_names: tuple[str, ...]
    thru: Thru | None
    archive: Archive
    set_name: str | None
    latency_seconds: float


def open_stage(
    stack: ExitStack, arguments: argparse.Namespace, performance: Performance, inbox: Inbox
) -> Stage:
    """Open the MIDI system, its ports, the computer's keys and the screen; leaving the stack closes them.

    Raises:
        PortError: if a port that was asked for cannot be opened.
        SegueError: if nothing can be heard, and the performance begins with hearing.
    """
    system, trouble = _open_system(arguments, performance.output_names)
    if system is not None:
        stack.callback(system.close)
    clock: Clock = system.clock if system is not None else MonotonicClock()
    inputs: Inputs | None = None
    if system is not None:
        inputs, input_trouble = _open_inputs(arguments, system, clock, inbox)
        trouble = trouble or input_trouble
        if inputs is not None:
            stack.enter_context(inputs)
    if inputs is None and (arguments.wait or arguments.clock == "midi-in"):
        asked = "--wait" if arguments.wait else "--clock midi-in"
        raise SegueError(f"{asked} listens first, and nothing can be heard: {trouble}")
    performer = performance.performer
    names = (arguments.output, *performance.output_names)
    loop_detector = LoopDetector()
    open_ports = [partial(_open_output, system, name) for name in names]
    # Both at once: ports take their time to open.
    began = datetime.now().astimezone().isoformat(timespec="milliseconds")
    recorder = Recorder(
        performance.archive.keep,
        performer,
        clock.now(),
        performance.latency_seconds,
        performance.repertoire.title_of if performance.set_name is not None else lambda style: None,
    )
    outputs = Outputs(open_ports, clock, inbox.put, performer.sounds, loop_detector.sent)
    # Left after the band, whatever happens: the last note-offs are in it.
    stack.callback(_close_recorder, recorder, inbox, clock, outputs)
    stack.callback(outputs.close)
    heard = inputs.names if inputs is not None else ()
    recorder.open(
        Opened(began, performance.set_name, performer.meter, performer.bpm, outputs.port_names, heard)
    )
    outputs.start()
    stack.enter_context(typed_keys(lambda character: inbox.put(Typed(character, clock.now()))))
    master_sync = MasterSync(performer) if arguments.clock == "midi-in" else None
    steering = Steering(
        performer,
        outputs,
        performance.repertoire,
        master_sync=master_sync,
        switch=arguments.switch,
        surface=performance.surface,
        save=partial(save_binding, control_file()),
        forget=partial(remove_bindings, control_file(), names=performance.repertoire.names),
    )
    return Stage(
        performer,
        outputs,
        clock,
        inbox,
        _open_display(stack, arguments),
        repertoire=performance.repertoire,
        steering=steering,
        system=system.label if system is not None else None,
        output_names=outputs.port_names,
        inputs=inputs,
        loop_detector=loop_detector,
        thru=performance.thru,
        master_sync=master_sync,
        notice=trouble,
        recorder=recorder,
        journal_trouble=lambda: performance.archive.trouble,
        set_name=performance.set_name,
    )


def _close_recorder(recorder: Recorder, inbox: Inbox, clock: Clock, outputs: Outputs) -> None:
    """Write down the reports that nobody has taken any more, and the end."""
    with suppress(Empty):
        while True:
            item = inbox.get_nowait()
            if isinstance(item, MessageSent):
                recorder.sent(item)
    recorder.close(clock.now(), outputs.dropped)


def _open_system(
    arguments: argparse.Namespace, output_names: tuple[str, ...]
) -> tuple[MidiSystem | None, str | None]:
    """Open the MIDI system; where there is none and none was asked for, play on and say so."""
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


def _open_output(system: MidiSystem | None, name: str | None) -> OutputPort:
    return system.open_output(name) if system is not None else SilentOutput()


def _open_inputs(
    arguments: argparse.Namespace, system: MidiSystem, clock: Clock, inbox: Inbox
) -> tuple[Inputs | None, str | None]:
    """Open the inputs that were asked for, or segue's own; without its own it can still play."""

    def heard(at: float, source: int, message: Message) -> None:
        inbox.put(Heard(at, source, message))

    try:
        return Inputs(system, _wanted_inputs(arguments, system), heard, clock.now()), None
    except PortError as error:
        if arguments.input:
            raise
        return None, str(error)


def _wanted_inputs(arguments: argparse.Namespace, system: MidiSystem) -> list[str | None]:
    """Return the inputs to open: segue's own, or those that are named, and its own for a clock, too."""
    wanted: list[str | None] = [*arguments.input]
    if not wanted or (arguments.clock == "midi-in" and system.own_input_name is not None):
        wanted.append(None)
    return wanted


def _open_display(stack: ExitStack, arguments: argparse.Namespace) -> Display:
    console = Console()
    if arguments.json:
        return JsonLines(sys.stdout)
    if arguments.no_screen or not console.is_terminal or console.is_dumb_terminal:
        return Lines(console)
    return stack.enter_context(Screen(console))
