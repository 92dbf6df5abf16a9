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
from live.performance_arguments import (
    add_performance_arguments,
    choose_seed,
    read_bpm,
    read_controls,
    read_rng,
)
from live.predictor import open_predictor
from live.recording import Recording
from presets.errors import SegueError, UsageError
from presets.library import load_preset

SUMMARY = "write music of a preset into a MIDI file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue render`."""
    add_performance_arguments(parser)
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
    controls = read_controls(arguments, bundle)
    if arguments.argmax:
        controls = replace(
            controls,
            **{
                field: replace(getattr(controls, field), temperature=0.0)
                for field in ("sampling", "rhythm", "dynamics")
            },
        )
    bpm = read_bpm(arguments, bundle)
    rng = read_rng(arguments)
    performer = Performer(
        open_predictor(bundle),
        controls=controls,
        parts=bundle.settings.parts,
        meter=bundle.settings.meter,
        bpm=bpm,
        seed=choose_seed(arguments, bundle, controls, rng),
        rng=rng,
        length=Length(events=arguments.events),
    )
    recording = Recording(arguments.output, bpm, bundle.settings.meter, bundle.settings.name)
    for message in program_changes(bundle.settings.parts):
        recording.add(0.0, message)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("rendering", total=arguments.events)
        render(performer, recording, lambda: progress.update(task, completed=performer.played))
    print(f"{arguments.output}: {performer.played} events of {bundle.settings.name} at {bpm:g} bpm")
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
        for strike in performer.pump(clock.now()):
            schedule.add(strike)
        if performer.trouble:
            raise SegueError(performer.trouble)
        for due in schedule.pump(clock.now()):
            recording.add(due.at, due.message)
        on_event()
        clock.jump_to(max(clock.now(), min(performer.deadline, schedule.deadline)))
    for due in schedule.pump(performer.quiet_at):
        recording.add(due.at, due.message)
    recording.origin = performer.transport.origin if performer.transport else None
    recording.write()
