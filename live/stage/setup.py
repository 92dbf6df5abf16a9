"""Opens the ports, the keyboard and the screen; on leaving, the outputs fall silent before they close."""

import argparse
import sys
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import partial
from queue import Empty

from rich.console import Console

from live.core.input.loop_detection import LoopDetector
from live.core.performer.master_sync import MasterSync
from live.core.performer.performer import Performer
from live.journals.recorder import Recorder
from live.output.outputs import Outputs
from live.output.sender import MessageSent
from live.screen import Display, JsonLines, Lines, Screen
from live.screen.typed_keys import typed_keys
from live.setlist.control_file import control_file, remove_bindings, save_binding
from live.stage.concert import Concert
from live.stage.inbox import Inbox, Typed
from live.stage.midi_setup import open_midi
from live.stage.session import Session
from live.stage.stage import Stage
from live.stage.steering import Steering
from live.system.clock import Clock
from presets.sets.records import Opened


def open_stage(stack: ExitStack, arguments: argparse.Namespace, concert: Concert, inbox: Inbox) -> Stage:
    """Open the MIDI ports, the computer keyboard and the screen; leaving the stack closes them.

    Raises:
        PortError: if a port that the user named cannot be opened.
        SegueError: if there is no input and the performance starts by listening.
    """
    midi = open_midi(stack, arguments, concert.output_names, inbox)
    clock, performer, performance = midi.clock, concert.performer, concert.performer.performance
    loop_detector = LoopDetector()
    # Read both clocks together: opening the ports takes time.
    began, origin = datetime.now().astimezone().isoformat(timespec="milliseconds"), clock.now()
    recorder = Recorder(
        concert.archive.keep,
        origin,
        performance.latency_seconds,
        concert.repertoire.title_of if concert.set_name is not None else lambda style: None,
    )
    open_ports = [partial(midi.open_output, name) for name in (arguments.output, *concert.output_names)]
    outputs = Outputs(open_ports, clock, inbox.put, performer.sounds, loop_detector.sent)
    # The recorder closes after the outputs, whatever happens: it must record the last note-offs.
    stack.callback(_close_recorder, recorder, performer, inbox, clock, outputs)
    stack.callback(outputs.close)
    heard = midi.inputs.names if midi.inputs is not None else ()
    recorder.open(
        Opened(began, concert.set_name, performance.meter, performance.bpm, outputs.port_names, heard),
        performer.status(origin),
    )
    outputs.start()
    stack.enter_context(typed_keys(lambda character: inbox.put(Typed(character, clock.now()))))
    master_sync = MasterSync(performer) if performance.follows else None
    steering = Steering(
        performer,
        outputs,
        concert.repertoire,
        master_sync=master_sync,
        switch=arguments.switch,
        surface=concert.surface,
        save=partial(save_binding, control_file()),
        forget=partial(remove_bindings, control_file(), names=concert.repertoire.names),
    )
    session = Session(
        performer=performer,
        repertoire=concert.repertoire,
        steering=steering,
        outputs=outputs,
        inputs=midi.inputs,
        loop_detector=loop_detector,
        recorder=recorder,
        clock=clock,
        inbox=inbox,
        display=_open_display(stack, arguments),
        thru=concert.thru,
        master_sync=master_sync,
        system=midi.system.label if midi.system is not None else None,
        set_name=concert.set_name,
        notice=midi.trouble,
        journal_trouble=lambda: concert.archive.trouble,
    )
    return Stage(session)


def _close_recorder(
    recorder: Recorder, performer: Performer, inbox: Inbox, clock: Clock, outputs: Outputs
) -> None:
    """Record the reports that are still in the inbox, and the end."""
    with suppress(Empty):
        while True:
            item = inbox.get_nowait()
            if isinstance(item, MessageSent):
                recorder.sent(item)
    recorder.close(performer.status(clock.now()), outputs.dropped)


def _open_display(stack: ExitStack, arguments: argparse.Namespace) -> Display:
    console = Console()
    if arguments.json:
        return JsonLines(sys.stdout)
    if arguments.no_screen or not console.is_terminal or console.is_dumb_terminal:
        return Lines(console)
    return stack.enter_context(Screen(console))
