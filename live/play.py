"""`segue play`: wires the stage."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue

from mido import Message
from rich.console import Console

from live.band import Band
from live.clock import Clock, MonotonicClock
from live.core.count_in import COUNT_IN
from live.core.following import Following
from live.core.leading import Leading
from live.core.performer import Performer
from live.core.style import Style
from live.core.timing import LATENCY_MS, Timing
from live.inputs import Inputs
from live.key_bindings import LABELS
from live.keys import typed_keys
from live.midi_system import BACKENDS, open_midi_system
from live.performance_arguments import (
    DEFAULT_PRESET,
    add_performance_arguments,
    choose_seed,
    read_controls,
    read_rng,
    refuse_foreign,
    refusing,
)
from live.player import Sent
from live.ports import MidiSystem, NoMidiSystemError, OutputPort, PortError
from live.preset_loader import PresetFailed, PresetLoader, PresetReady, StagePreset, load_stage_preset
from live.real_time import real_time_stage
from live.recording import Recording
from live.repertoire import Repertoire
from live.screen import Display, Lines, Screen
from live.silent_port import SilentOutput
from live.stage import Heard, Inbox, Signalled, Stage, Typed
from live.time_arguments import (
    add_time_arguments,
    read_bpm,
    read_length,
    read_meter,
    read_swing,
    read_tempo_changes,
)
from presets.encoding import GRID
from presets.errors import SegueError, UsageError
from presets.event import PPQ
from presets.library import find_preset, preset_folders

SUMMARY = "play presets in time into a MIDI port, and listen to a keyboard"

ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP")
"""Ctrl-Z, too: a stopped process cannot end its notes."""

SWITCH_GRIDS = {"bar": None, "beat": PPQ, "now": GRID}
"""What `--switch` may say: ticks between the lines that a preset takes over on; None for bars."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue play`."""
    parser.add_argument(
        "presets",
        nargs="*",
        metavar="PRESET",
        help="names of presets (`segue presets` lists them), or paths of their folders; the first begins, "
        f"the keys 1 to 9 switch. Without any: {DEFAULT_PRESET}, and all others that there are",
    )
    add_performance_arguments(parser)
    add_time_arguments(parser)
    parser.epilog = f"Keys while it plays: {', '.join(LABELS)}. Ctrl-C ends it, too, and every note with it."
    _add_sync_arguments(parser)
    _add_port_arguments(parser)
    performance = parser.add_argument_group("the performance")
    performance.add_argument(
        "--wait",
        action="store_true",
        help="listen first: play a phrase and rest for two beats, and segue goes on from it",
    )
    performance.add_argument(
        "--switch",
        choices=SWITCH_GRIDS,
        default="bar",
        help="where another preset takes over: on the next bar, the next beat, or at once (%(default)s)",
    )
    length = performance.add_mutually_exclusive_group()
    length.add_argument(
        "--bars", type=int, metavar="N", help="stop after N bars from the last start; the last notes ring out"
    )
    length.add_argument("--seconds", type=float, metavar="S", help="the same, after S seconds of music")
    performance.add_argument(
        "--record", type=Path, metavar="FILE.mid", help="write what was sent as a MIDI file"
    )
    performance.add_argument(
        "--no-screen", action="store_true", help="print a line for each event instead of the screen"
    )


def _add_sync_arguments(parser: argparse.ArgumentParser) -> None:
    sync = parser.add_argument_group("together with others")
    sync.add_argument(
        "--clock",
        choices=("internal", "midi-in"),
        default="internal",
        help="who sets the tempo and starts the music: segue, or the MIDI clock that comes in (%(default)s)",
    )
    sync.add_argument(
        "--send-clock",
        action="store_true",
        help="send MIDI clock, start and stop while the music runs, so that others follow",
    )
    sync.add_argument(
        "--count-in", type=int, default=0, metavar="BARS", help=f"bars of clicks on channel 10, {COUNT_IN}"
    )
    sync.add_argument(
        "--latency-ms",
        type=float,
        default=0.0,
        metavar="MS",
        help=f"send notes so much earlier, for an instrument that is slow to sound, {LATENCY_MS}",
    )


def _add_port_arguments(parser: argparse.ArgumentParser) -> None:
    ports = parser.add_argument_group("ports")
    ports.add_argument(
        "--output",
        metavar="PORT",
        help="play into this port and not into segue's own (`segue ports` lists them)",
    )
    ports.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="PORT",
        help="listen to this keyboard, or clock, and not to segue's own port (where a clock may come, too); "
        "may be repeated",
    )
    ports.add_argument("--backend", choices=BACKENDS, help="MIDI system; chosen by itself if not given")


def run(arguments: argparse.Namespace) -> int:
    """Play until the end and return the exit code: 0, or 128 + the signal that ended it (Ctrl-C is 0)."""
    _refuse_contradictions(arguments)
    names = arguments.presets or _all_presets()
    for name in names:
        find_preset(name)  # a slip of the fingers is told before the music begins, and not at the switch
    preset = load_stage_preset(names[0])
    refuse_foreign(arguments, preset.settings)
    style = _dress(arguments, preset)
    performer = _make_performer(arguments, preset, style)
    recording = _make_recording(arguments, preset, performer)
    inbox: Inbox = SimpleQueue()
    with ExitStack() as stack:
        stack.enter_context(_ending_signals(inbox))
        if recording is not None:
            # Entered before the player, so left after it: the last note-offs are in it, whatever happened.
            stack.callback(_keep, recording, inbox)
        # Before JACK's thread begins: what this collects would keep it waiting.
        stack.enter_context(real_time_stage())
        system, trouble = _open_system(arguments)
        if system is not None:
            stack.callback(system.close)
        repertoire = Repertoire(names, style, lambda other: _dress(arguments, other))
        stage = _open_stage(stack, arguments, performer, repertoire, inbox, system, trouble, recording)
        _load_others(stack, names[1:], inbox)
        if not arguments.wait:
            performer.start()
        stage.run()
    with suppress(OSError):  # the terminal may be gone
        print(_sum_up(stage, performer), file=sys.stderr)
    return 0 if stage.signal in (None, signal.SIGINT) else 128 + stage.signal


def _refuse_contradictions(arguments: argparse.Namespace) -> None:
    """Raise `UsageError` where two arguments cannot both hold, or one is out of range."""
    with refusing():
        COUNT_IN.check(arguments.count_in)
        LATENCY_MS.check(arguments.latency_ms)
    if arguments.clock == "midi-in":
        for option, given in (
            ("--send-clock", arguments.send_clock),
            ("--count-in", arguments.count_in),
            ("--tempo-change", arguments.tempo_change),
            ("--wait", arguments.wait),
        ):
            if given:
                raise UsageError(
                    f"{option} is for segue's own clock, and --clock midi-in follows another: leave one out"
                )


def _all_presets() -> list[str]:
    """Return the name of the default preset, and then those of all others."""
    return [DEFAULT_PRESET, *(name for name in preset_folders() if name != DEFAULT_PRESET)]


def _dress(arguments: argparse.Namespace, preset: StagePreset) -> Style:
    """Return a preset with the player's own controls."""
    settings = preset.settings
    return Style(
        settings.name,
        preset.predictor,
        settings.parts,
        read_controls(arguments, settings),
        settings.events_kept,
        preset.think_seconds,
        settings.meter,
    )


def _load_others(stack: ExitStack, names: list[str], inbox: Inbox) -> None:
    """Load the presets that can be switched to, while the first one plays."""

    def report(news: PresetReady | PresetFailed) -> None:
        inbox.put(replace(news, number=news.number + 1))

    stack.enter_context(PresetLoader(names, report)).start()


def _make_performer(arguments: argparse.Namespace, preset: StagePreset, style: Style) -> Performer:
    settings = preset.settings
    bpm, meter, rng = read_bpm(arguments, settings), read_meter(arguments, settings), read_rng(arguments)
    tempo_changes = read_tempo_changes(arguments, meter)
    return Performer(
        style,
        meter=meter,
        bpm=bpm,
        seed=choose_seed(arguments, settings, preset.seeds, style.controls, rng),
        rng=rng,
        length=read_length(arguments, bpm, meter, tempo_changes),
        wait=arguments.wait,
        follows=arguments.clock == "midi-in",
        timing=Timing(read_swing(arguments), arguments.latency_ms / 1e3),
        count_in=arguments.count_in,
        tempo_changes=tempo_changes,
        leading=Leading() if arguments.send_clock else None,
    )


def _make_recording(
    arguments: argparse.Namespace, preset: StagePreset, performer: Performer
) -> Recording | None:
    if arguments.record is None:
        return None
    return Recording(
        arguments.record, performer.bpm, performer.meter, preset.settings.name, arguments.latency_ms / 1e3
    )


def _open_system(arguments: argparse.Namespace) -> tuple[MidiSystem | None, str | None]:
    """Open the MIDI system; where there is none and none was asked for, play on and say so."""
    try:
        return open_midi_system(arguments.backend), None
    except NoMidiSystemError as error:
        if arguments.backend or arguments.output or arguments.input or arguments.clock == "midi-in":
            raise
        return None, str(error)


def _open_stage(
    stack: ExitStack,
    arguments: argparse.Namespace,
    performer: Performer,
    repertoire: Repertoire,
    inbox: Inbox,
    system: MidiSystem | None,
    trouble: str | None,
    recording: Recording | None,
) -> Stage:
    """Open everything that must be closed again; leaving the stack silences before it closes."""
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

    def open_output() -> OutputPort:
        return system.open_output(arguments.output) if system is not None else SilentOutput()

    band = Band([open_output], clock, inbox.put, performer.sounds)
    stack.callback(band.close)
    band.start()
    stack.enter_context(typed_keys(lambda character: inbox.put(Typed(character, clock.now()))))
    return Stage(
        performer,
        band,
        clock,
        inbox,
        _open_display(stack, arguments),
        repertoire=repertoire,
        system=system.label if system is not None else None,
        output=band.port_names[0],
        inputs=inputs,
        following=Following(performer) if arguments.clock == "midi-in" else None,
        switch_grid=SWITCH_GRIDS[arguments.switch],
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
