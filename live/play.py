"""`segue play`: wires the stage."""

import argparse
import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from mido import Message
from rich.console import Console

from live.clock import Clock, MonotonicClock
from live.core.parts import program_changes
from live.core.performance import Length
from live.core.performer import Performer
from live.core.transport import ticks_in
from live.inputs import Inputs
from live.key_bindings import BINDINGS
from live.keys import typed_keys
from live.midi_system import BACKENDS, open_midi_system
from live.performance_arguments import (
    add_performance_arguments,
    choose_seed,
    read_bpm,
    read_controls,
    read_rng,
)
from live.player import Player, Sent
from live.ports import MidiSystem, NoMidiSystemError, OutputPort, PortError
from live.predictor import open_predictor
from live.recording import Recording
from live.screen import Display, Lines, Screen
from live.silent_port import SilentOutput
from live.stage import Heard, Inbox, Signalled, Stage, Typed
from presets.bundle import Bundle
from presets.errors import SegueError, UsageError
from presets.library import load_preset

SUMMARY = "play a preset in time into a MIDI port, and listen to a keyboard"

ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP")
"""Ctrl-Z, too: a stopped process cannot end its notes."""

SWITCH_SECONDS = 0.0005
"""How long one Python thread may hold up another: the screen must not keep the player from its moment
(CPython's own 5 ms would)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue play`."""
    add_performance_arguments(parser)
    keys = ", ".join(binding.label for binding in BINDINGS)
    parser.epilog = f"Keys while it plays: {keys}. Ctrl-C ends it, too, and every note with it."
    parser.add_argument(
        "--output",
        metavar="PORT",
        help="play into this port and not into segue's own (`segue ports` lists them)",
    )
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="PORT",
        help="listen to this keyboard and not to segue's own port; may be repeated",
    )
    parser.add_argument("--backend", choices=BACKENDS, help="MIDI system; chosen by itself if not given")
    parser.add_argument(
        "--wait",
        action="store_true",
        help="listen first: play a phrase and rest for two beats, and segue goes on from it",
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--bars", type=int, metavar="N", help="stop after N bars from the last start; the last notes ring out"
    )
    length.add_argument("--seconds", type=float, metavar="S", help="the same, after S seconds of music")
    parser.add_argument("--record", type=Path, metavar="FILE.mid", help="write what was sent as a MIDI file")
    parser.add_argument(
        "--no-screen", action="store_true", help="print a line for each event instead of the screen"
    )


def run(arguments: argparse.Namespace) -> int:
    """Play until the end and return the exit code: 0, or 128 + the signal that ended it (Ctrl-C is 0)."""
    bundle = load_preset(arguments.preset)
    clock = MonotonicClock()
    performer = _make_performer(arguments, bundle)
    recording = _make_recording(arguments, bundle, performer.bpm)
    inbox: Inbox = SimpleQueue()
    with ExitStack() as stack:
        stack.enter_context(_ending_signals(inbox))
        if recording is not None:
            # Entered before the player, so left after it: the last note-offs are in it, whatever happened.
            stack.callback(_keep, recording, inbox)
        system, trouble = _open_system(arguments)
        if system is not None:
            stack.callback(system.close)
        stage = _open_stage(stack, arguments, bundle, performer, clock, inbox, system, trouble, recording)
        if not arguments.wait:
            performer.start()
        stage.run()
    with suppress(OSError):  # the terminal may be gone
        print(_sum_up(stage, performer), file=sys.stderr)
    return 0 if stage.signal in (None, signal.SIGINT) else 128 + stage.signal


def _make_performer(arguments: argparse.Namespace, bundle: Bundle) -> Performer:
    bpm = read_bpm(arguments, bundle)
    rng = read_rng(arguments)
    controls = read_controls(arguments, bundle)
    return Performer(
        open_predictor(bundle),
        controls=controls,
        parts=bundle.settings.parts,
        meter=bundle.settings.meter,
        bpm=bpm,
        seed=choose_seed(arguments, bundle, controls, rng),
        rng=rng,
        length=_read_length(arguments, bundle, bpm),
        wait=arguments.wait,
    )


def _read_length(arguments: argparse.Namespace, bundle: Bundle, bpm: float) -> Length:
    if arguments.bars is not None:
        if arguments.bars < 1:
            raise UsageError(f"--bars must be 1 or more, got {arguments.bars}")
        return Length(ticks=arguments.bars * bundle.settings.meter.bar_ticks)
    if arguments.seconds is not None:
        if not 0 < arguments.seconds < float("inf"):
            raise UsageError(f"--seconds must be above 0, got {arguments.seconds:g}")
        return Length(ticks=max(1, ticks_in(arguments.seconds, bpm)))
    return Length()


def _make_recording(arguments: argparse.Namespace, bundle: Bundle, bpm: float) -> Recording | None:
    if arguments.record is None:
        return None
    return Recording(arguments.record, bpm, bundle.settings.meter, bundle.settings.name)


def _open_system(arguments: argparse.Namespace) -> tuple[MidiSystem | None, str | None]:
    """Open the MIDI system; where there is none and none was asked for, play on and say so."""
    try:
        return open_midi_system(arguments.backend), None
    except NoMidiSystemError as error:
        if arguments.backend or arguments.output or arguments.input:
            raise
        return None, str(error)


def _open_stage(
    stack: ExitStack,
    arguments: argparse.Namespace,
    bundle: Bundle,
    performer: Performer,
    clock: Clock,
    inbox: Inbox,
    system: MidiSystem | None,
    trouble: str | None,
    recording: Recording | None,
) -> Stage:
    """Open everything that must be closed again; leaving the stack silences before it closes."""
    inputs: Inputs | None = None
    if system is not None:
        inputs, input_trouble = _open_inputs(arguments, system, clock, inbox)
        trouble = trouble or input_trouble
        if inputs is not None:
            stack.enter_context(inputs)
    if arguments.wait and inputs is None:
        raise SegueError(f"--wait listens to a keyboard first, and none can be heard: {trouble}")

    def open_output() -> OutputPort:
        return system.open_output(arguments.output) if system is not None else SilentOutput()

    player = Player(open_output, clock, inbox.put, greeting=program_changes(bundle.settings.parts))
    stack.callback(player.close)
    player.start()
    stack.enter_context(typed_keys(lambda character: inbox.put(Typed(character))))
    stack.enter_context(_quick_switching())
    return Stage(
        performer,
        player,
        clock,
        inbox,
        _open_display(stack, arguments),
        preset=bundle.settings.name,
        output=player.port_name,
        inputs=inputs,
        notice=trouble,
        recording=recording,
    )


def _open_inputs(
    arguments: argparse.Namespace, system: MidiSystem, clock: Clock, inbox: Inbox
) -> tuple[Inputs | None, str | None]:
    """Open the inputs that were asked for, or segue's own; without its own it can still play."""

    def heard(at: float, source: int, message: Message) -> None:
        inbox.put(Heard(at, source, message))

    try:
        return Inputs(system, arguments.input or [None], heard, clock.now()), None
    except PortError as error:
        if arguments.input:
            raise
        return None, str(error)


def _open_display(stack: ExitStack, arguments: argparse.Namespace) -> Display:
    console = Console()
    if arguments.no_screen or not console.is_terminal:
        return Lines(console)
    return stack.enter_context(Screen(console))


@contextmanager
def _ending_signals(inbox: Inbox) -> Iterator[None]:
    """Let the signals that end a program come in through the inbox, so that it ends in silence.

    Once one has come, another but Ctrl-C ends the process at once: should a terminal or a server hang, there
    is a way out.
    """
    numbers = [getattr(signal, name) for name in ENDING_SIGNALS if hasattr(signal, name)]

    def come_in(number: int, _frame: object) -> None:
        inbox.put(Signalled(number))
        for other in numbers:
            if other != signal.SIGINT:
                signal.signal(other, signal.SIG_DFL)

    before = {number: signal.signal(number, come_in) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _quick_switching() -> Iterator[None]:
    """Keep Python itself from making the player late."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    # What was loaded by now stays: the collector need not walk through it while music plays.
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(before)


def _keep(recording: Recording, inbox: Inbox) -> None:
    """Write the recording, with the reports that nobody has taken any more; nothing sent leaves no file."""
    with suppress(Empty):
        while True:
            item = inbox.get_nowait()
            if isinstance(item, Sent):
                recording.add(item.at, item.message)
    if not recording.is_empty:
        recording.write()


def _sum_up(stage: Stage, performer: Performer) -> str:
    return (
        f"segue: {performer.played} events, late {stage.lateness.summary()}, dropped {stage.dropped}, "
        f"rested {performer.rested}"
    )
