"""Connects the parts of a performance, and opens the keyboard and the screen."""

import argparse
import sys
from contextlib import ExitStack
from datetime import datetime
from functools import partial

from rich.console import Console

from live.core.performer.master_sync import MasterSync
from live.core.performer.performer import Performer
from live.journals.recorder import Recorder
from live.ports.link import PortLink
from live.ports.reports import MessageSent
from live.screen import Display, JsonLines, Lines, Screen
from live.screen.typed_keys import typed_keys
from live.setlist.control_file import control_file, remove_bindings, save_binding
from live.stage.comeback import come_back
from live.stage.concert import Concert
from live.stage.inbox import Inbox, Typed, take_all
from live.stage.session import Session
from live.stage.stage import Stage
from live.stage.steering import Steering
from presets.errors import SegueError
from presets.sets.records import Opened


def open_stage(
    stack: ExitStack, arguments: argparse.Namespace, concert: Concert, ports: PortLink, inbox: Inbox
) -> Stage:
    """Open the computer keyboard and the screen; leaving the stack closes them, and then the ports.

    After a fault of segue's the ports stay open for the engine that goes on, if there will be one.
    """
    clock, performer, performance = ports.clock, concert.performer, concert.performer.performance
    opened = ports.opened
    assert opened is not None
    interrupted = concert.interrupted
    # Read both clocks together.
    began, now = datetime.now().astimezone().isoformat(timespec="milliseconds"), clock.now()
    recorder = Recorder(
        concert.archive.keep,
        now if interrupted is None else interrupted.recorder.origin,
        performance.latency_seconds,
        concert.repertoire.title_of if concert.set_name is not None else lambda style: None,
    )
    stack.push(partial(_end, recorder, performer, inbox, ports))
    if interrupted is None:
        heard = opened.inputs.names if opened.inputs is not None else ()
        recorder.open(
            Opened(began, concert.set_name, performance.meter, performance.bpm, opened.outputs, heard),
            performer.status(now),
        )
    else:
        come_back(interrupted, performer, concert.repertoire, recorder, ports, inbox)
    ports.select_sounds(performer.sounds)
    stack.enter_context(typed_keys(lambda character: inbox.put(Typed(character, clock.now()))))
    master_sync = MasterSync(performer) if performance.follows else None
    steering = Steering(
        performer,
        ports,
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
        ports=ports,
        opened=opened,
        recorder=recorder,
        clock=clock,
        inbox=inbox,
        display=_open_display(stack, arguments),
        thru=concert.thru,
        master_sync=master_sync,
        set_name=concert.set_name,
        notice=opened.trouble,
        journal_trouble=lambda: concert.archive.trouble,
    )
    stage = Stage(session)
    if interrupted is not None:
        stage.go_on(interrupted.checkpoint)
    return stage


def _end(
    recorder: Recorder,
    performer: Performer,
    inbox: Inbox,
    ports: PortLink,
    kind: type[BaseException] | None,
    *_error: object,
) -> None:
    """Close the ports and record the end; after a fault, leave both to the engine that goes on."""
    has_fault = kind is not None and issubclass(kind, Exception) and not issubclass(kind, SegueError)
    if has_fault and ports.is_supervised:
        ports.leave()
        _record_sent(recorder, inbox)
        return
    try:
        ports.close()
    finally:
        # After the ports: it must record the last note-offs.
        _record_sent(recorder, inbox)
        recorder.close(performer.status(ports.clock.now()), ports.dropped)


def _record_sent(recorder: Recorder, inbox: Inbox) -> None:
    """Record the reports that are still in the inbox."""
    for item in take_all(inbox):
        if isinstance(item, MessageSent):
            recorder.sent(item)


def _open_display(stack: ExitStack, arguments: argparse.Namespace) -> Display:
    console = Console()
    if arguments.json:
        return JsonLines(sys.stdout)
    if arguments.no_screen or not console.is_terminal or console.is_dumb_terminal:
        return Lines(console)
    return stack.enter_context(Screen(console))
