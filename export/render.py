"""`segue render`: the engine of the stage on a virtual clock, into a MIDI file."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from live.clock import VirtualClock
from live.core.parts import program_changes
from live.core.performance import Length, State
from live.core.performer import Performer
from live.core.schedule import Schedule
from live.core.style import Style
from live.core.timing import Timing
from live.performance_arguments import (
    DEFAULT_PRESET,
    add_performance_arguments,
    choose_seed,
    read_controls,
    read_rng,
    refuse_foreign,
)
from live.predictor import open_predictor
from live.recording import Recording
from live.time_arguments import (
    add_time_arguments,
    read_bpm,
    read_meter,
    read_swing,
    read_tempo_changes,
)
from presets.errors import SegueError, UsageError
from presets.library import load_preset

SUMMARY = "write music of a preset into a MIDI file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue render`."""
    parser.add_argument(
        "preset",
        nargs="?",
        default=DEFAULT_PRESET,
        metavar="PRESET",
        help="name of a preset (`segue presets` lists them), or the path of its folder (%(default)s)",
    )
    add_performance_arguments(parser)
    add_time_arguments(parser)
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT.mid", help="the file to write"
    )
    parser.add_argument(
        "--events", type=int, default=500, metavar="N", help="how many notes and chords; the articles' 500"
    )
    parser.add_argument(
        "--argmax",
        action="store_true",
        help="always the likeliest, as the articles did (it soon repeats itself): every temperature is 0",
    )


def run(arguments: argparse.Namespace) -> int:
    """Render and return the exit code."""
    if arguments.events < 1:
        raise UsageError(f"--events must be 1 or more, got {arguments.events}")
    bundle = load_preset(arguments.preset)
    settings = bundle.settings
    refuse_foreign(arguments, settings)
    controls = read_controls(arguments, settings)
    if controls.follow_key:
        raise UsageError(
            "--key follow needs a player, and `segue render` plays alone: name a key, or leave it out"
        )
    if arguments.argmax:
        controls = replace(
            controls,
            **{
                field: replace(getattr(controls, field), temperature=0.0)
                for field in ("sampling", "rhythm", "dynamics")
            },
        )
    bpm, meter, rng = read_bpm(arguments, settings), read_meter(arguments, settings), read_rng(arguments)
    performer = Performer(
        Style(settings.name, open_predictor(bundle), settings.parts, controls, settings.events_kept),
        meter=meter,
        bpm=bpm,
        seed=choose_seed(arguments, settings, bundle.seeds, controls, rng),
        rng=rng,
        length=Length(events=arguments.events),
        timing=Timing(read_swing(arguments)),
        tempo_changes=read_tempo_changes(arguments, meter),
    )
    recording = Recording(arguments.output, bpm, meter, settings.name)
    for message in program_changes(settings.parts):
        recording.add(0.0, message)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("rendering", total=arguments.events)
        render(performer, recording, lambda: progress.update(task, completed=performer.played))
    print(f"{arguments.output}: {performer.played} events of {settings.name} at {bpm:g} bpm")
    return 0


def render(performer: Performer, recording: Recording, on_event: Callable[[], None]) -> None:
    """Let the performer play its length on virtual time, and write what it sent.

    Args:
        performer: stopped, with a length.
        recording: takes every message.
        on_event: called after each event.

    Raises:
        SegueError: if the network fails (offline, nothing is gained by playing on).
        RecordingError: if the file cannot be written.
    """
    clock = VirtualClock()
    schedule = Schedule()
    performer.start()
    while performer.state is not State.FINISHED:
        orders = performer.pump(clock.now())
        if performer.trouble:
            raise SegueError(performer.trouble)
        for strike in orders.retimed:
            schedule.retime(strike)
        for strike in orders.strikes:
            schedule.add(strike)
        recording.follow(performer, clock.now())
        for due in schedule.pump(clock.now()):
            recording.add(due.at, due.message)
        on_event()
        clock.jump_to(max(clock.now(), min(performer.deadline, schedule.deadline)))
    for due in schedule.pump(performer.quiet_at):
        recording.add(due.at, due.message)
    recording.write()
