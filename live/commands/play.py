"""`segue play`: says what is to be performed, and performs it."""

import argparse
import shlex
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from live.arguments.performance import (
    DEFAULT_PRESET,
    add_performance_arguments,
    read_rng,
    refuse_foreign,
    refusing,
)
from live.arguments.time import add_time_arguments, read_length, read_meter, read_swing, read_tempo_changes
from live.core.beat.count_in import COUNT_IN
from live.core.beat.switch_grids import SWITCH_GRIDS
from live.core.beat.timing import LATENCY_MS, Timing
from live.core.controls.binding import with_presets
from live.core.controls.control_map import ControlMap
from live.core.controls.mode import Mode
from live.core.output.thru import Thru
from live.core.performer.performer import Performer
from live.core.planning.style import Style
from live.core.sync.clock_master import ClockMaster
from live.inference.preset_loader import PresetFailed, PresetLoader, PresetReady, load_stage_preset
from live.journals.archive import Archive
from live.journals.journal import Journal
from live.midi.system import BACKENDS
from live.screen.key_bindings import LABELS
from live.screen.words import limit_words, longest_copy_words
from live.setlist.control_file import control_file, read_bindings
from live.setlist.repertoire import Repertoire
from live.setlist.set_entries import SetEntry
from live.setlist.set_file import SetFile, read_set
from live.setlist.styles import Styles
from live.stage.setup import Performance, open_stage
from live.stage.stage import Inbox, Signalled, Stage
from live.system.ending_signals import ending_signals
from live.system.real_time import real_time_stage
from presets.bundles.library import find_preset, preset_folders
from presets.bundles.settings import Meter
from presets.errors import UsageError
from presets.sets.reader import journals_folder

SUMMARY = "play presets in time into a MIDI port, and listen to a keyboard"

DEFAULTS = {
    "switch": "bar",
    "clock": "internal",
    "send_clock": False,
    "count_in": 0,
    "latency_ms": 0.0,
    "wait": False,
    "input": (),
    "output": None,
    "meter": None,
    "swing": None,
    "thru": None,
}
"""What holds where neither the command nor the set says otherwise; None for what is decided later."""

_MODES = (
    "stream plays all the time, continue takes up your phrase after a rest, answer replies with as many bars "
    "as you played, accompany stays out of the way of your hands, hold only listens"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue play`."""
    parser.add_argument(
        "presets",
        nargs="*",
        metavar="PRESET",
        help="names of presets (`segue presets` lists them), or paths of their folders; the first one "
        f"starts, and the keys 1 to 9 switch. Without a name, {DEFAULT_PRESET} starts and the keys switch to "
        "all others",
    )
    add_performance_arguments(parser)
    add_time_arguments(parser)
    parser.epilog = f"Keys while segue plays: {', '.join(LABELS)}. Ctrl-C also quits, and ends every note."
    _add_sync_arguments(parser)
    _add_port_arguments(parser)
    performance = parser.add_argument_group("performance")
    performance.add_argument(
        "--set",
        type=Path,
        metavar="FILE.toml",
        help="play this set file: presets in order, each with its tempo, key, mode and sounds; `segue "
        "new-set` writes an example",
    )
    performance.add_argument(
        "--mode",
        choices=[mode.value for mode in Mode],
        help=f"how segue plays with you: {_MODES} ({Mode.STREAM})",
    )
    performance.add_argument(
        "--wait",
        action="store_true",
        default=None,
        help="listen first: play a phrase and rest for two beats, then segue continues as --mode says",
    )
    performance.add_argument(
        "--switch",
        choices=SWITCH_GRIDS,
        help="when another preset or mode takes over: on the next bar, on the next beat, or now "
        f"({DEFAULTS['switch']})",
    )
    length = performance.add_mutually_exclusive_group()
    length.add_argument(
        "--bars",
        type=int,
        metavar="N",
        help="stop after N bars, counted from the last start; the last notes ring out",
    )
    length.add_argument("--seconds", type=float, metavar="S", help="stop after S seconds of music")
    performance.add_argument(
        "--record", type=Path, metavar="FILE.mid", help="write what was played as a MIDI file"
    )
    performance.add_argument(
        "--journal",
        type=Path,
        metavar="FOLDER",
        help="where to keep the journal of everything played and heard (your segue data; `segue sets` lists "
        "it)",
    )
    performance.add_argument(
        "--no-screen", action="store_true", help="print a line of text for each event instead of the screen"
    )
    performance.add_argument(
        "--json",
        action="store_true",
        help="print a JSON object for each event instead of the screen, for another program",
    )


def _add_sync_arguments(parser: argparse.ArgumentParser) -> None:
    sync = parser.add_argument_group("in time with other devices")
    sync.add_argument(
        "--clock",
        choices=("internal", "midi-in"),
        help="what sets the tempo and starts the music: segue, or the MIDI clock of another device "
        f"({DEFAULTS['clock']})",
    )
    sync.add_argument(
        "--send-clock",
        action="store_true",
        default=None,
        help="send MIDI clock, Start and Stop, so that other devices follow segue",
    )
    sync.add_argument(
        "--count-in", type=int, metavar="BARS", help=f"bars of clicks before bar 1, on channel 10, {COUNT_IN}"
    )
    sync.add_argument(
        "--latency-ms",
        type=float,
        metavar="MS",
        help=f"send notes this much earlier, for an instrument that is slow to sound, {LATENCY_MS}",
    )


def _add_port_arguments(parser: argparse.ArgumentParser) -> None:
    ports = parser.add_argument_group("ports")
    ports.add_argument(
        "--output",
        metavar="PORT",
        help="play into this port instead of segue's own (`segue ports` lists them)",
    )
    ports.add_argument(
        "--input",
        action="append",
        metavar="PORT",
        help="listen to this keyboard or clock instead of segue's own port, which still takes a clock; may "
        "be repeated",
    )
    ports.add_argument(
        "--thru",
        nargs="?",
        const="",
        action="append",
        metavar="CHANNELS",
        help="send what you play on to the output: on its own channel, all on one (`--thru 5`), or one on "
        "another (`--thru 1:5`); may be repeated; write it after the presets",
    )
    ports.add_argument("--backend", choices=BACKENDS, help="the MIDI system to use (segue chooses one)")


def run(arguments: argparse.Namespace) -> int:
    """Play until the end and return the exit code: 0, or 128 + the signal that ended it (Ctrl-C is 0)."""
    evening = read_set(arguments.set) if arguments.set is not None else None
    entries = evening.entries if evening is not None else _entries(arguments.presets or _all_presets())
    if arguments.switch is not None:  # what the command says goes before the set
        entries = tuple(replace(entry, switch=None) for entry in entries)
    if evening is not None and "mode" in evening.arguments:
        entries = tuple(replace(entry, mode=entry.mode or evening.arguments["mode"]) for entry in entries)
    _settle(arguments, evening)
    if arguments.journal is not None and arguments.journal.exists() and not arguments.journal.is_dir():
        raise UsageError(f"--journal must be a folder, got {arguments.journal.as_posix()!r}, which is a file")
    for entry in entries:
        find_preset(entry.preset)  # a slip of the fingers is told before the music, and not at the switch
    learned, of_the_set = read_bindings(control_file()), evening.bindings if evening is not None else ()
    preset, rng = load_stage_preset(entries[0].preset), read_rng(arguments)
    refuse_foreign(arguments, preset.settings)
    styles = Styles(arguments, entries)
    style = styles.style_of(entries[0], preset, rng)
    repertoire = Repertoire(entries, style, styles.style_of)
    repertoire.take(PresetReady(0, preset))  # the set may come back to it
    bpm, meter = styles.bpm_of(entries[0], preset), read_meter(arguments, preset.settings)
    mode = Mode(arguments.mode or Mode.STREAM)
    performer = _make_performer(arguments, style, bpm, meter, mode, rng)
    journal = Journal(arguments.journal or journals_folder())
    archive = Archive(journal, arguments.record, _title(evening, entries))
    performance = Performance(
        performer,
        repertoire,
        ControlMap(with_presets(learned, repertoire.names), with_presets(of_the_set, repertoire.names)),
        styles.outputs,
        Thru(arguments.thru) if arguments.thru else None,
        archive,
        evening.name if evening is not None else None,
        arguments.latency_ms / 1e3,
    )
    inbox: Inbox = SimpleQueue()
    with ExitStack() as stack:
        stack.enter_context(ending_signals(lambda number: inbox.put(Signalled(number))))
        stack.enter_context(archive)
        # Before JACK's thread begins: what this collects would keep it waiting.
        stack.enter_context(real_time_stage())
        stage = open_stage(stack, arguments, performance, inbox)
        _load_others(stack, repertoire.presets[1:], inbox)
        if not arguments.wait:
            performer.start()
        stage.run()
    with suppress(OSError):  # the terminal may be gone
        print(_sum_up(stage, performer), file=sys.stderr)
        if archive.loss is not None:
            print(f"segue: {archive.loss}", file=sys.stderr)
        elif archive.kept is not None:
            kept = shlex.quote(archive.kept)
            print(f"segue: kept; `segue sets export {kept} -o set.mid` makes a file of it", file=sys.stderr)
    return 0 if stage.signal in (None, signal.SIGINT) else 128 + stage.signal


def _settle(arguments: argparse.Namespace, evening: SetFile | None) -> None:
    """Fill in what the command leaves open, from the set and from what is usual.

    Raises:
        UsageError: where two arguments cannot both hold, or one is out of range.
    """
    if evening is not None and arguments.presets:
        raise UsageError(f"--set brings its own presets, got {arguments.presets[0]!r} besides: leave one out")
    of_set = evening.arguments if evening is not None else {}
    for name, usual in DEFAULTS.items():
        if getattr(arguments, name) is None:
            setattr(arguments, name, of_set.get(name, usual))
    with refusing():
        COUNT_IN.check(arguments.count_in)
        LATENCY_MS.check(arguments.latency_ms)
    if arguments.clock == "midi-in":
        for option, is_given in (
            ("--send-clock", arguments.send_clock),
            ("--count-in", arguments.count_in),
            ("--tempo-change", arguments.tempo_change),
            ("--wait", arguments.wait),
        ):
            if is_given:
                raise UsageError(
                    f"{option} is for segue's own clock, and --clock midi-in follows another: leave one out"
                )


def _all_presets() -> list[str]:
    """Return the name of the default preset, and then those of all others."""
    return [DEFAULT_PRESET, *(name for name in preset_folders() if name != DEFAULT_PRESET)]


def _entries(names: Sequence[str]) -> tuple[SetEntry, ...]:
    """Return presets as a set that changes nothing about them."""
    return tuple(
        SetEntry(name, name, bpm=None, mode=None, switch=None, arguments={}, parts={}, line=0)
        for name in names
    )


def _load_others(stack: ExitStack, names: Sequence[str], inbox: Inbox) -> None:
    """Load the presets that can be switched to, while the first one plays."""

    def report(news: PresetReady | PresetFailed) -> None:
        inbox.put(replace(news, number=news.number + 1))

    stack.enter_context(PresetLoader(names, report)).start()


def _make_performer(
    arguments: argparse.Namespace,
    style: Style,
    bpm: float,
    meter: Meter,
    mode: Mode,
    rng: np.random.Generator,
) -> Performer:
    tempo_changes = read_tempo_changes(arguments, meter)
    assert style.seed is not None
    return Performer(
        style,
        meter=meter,
        bpm=bpm,
        seed=style.seed,
        rng=rng,
        length=read_length(arguments, bpm, meter, tempo_changes),
        wait=arguments.wait,
        follows=arguments.clock == "midi-in",
        timing=Timing(read_swing(arguments), arguments.latency_ms / 1e3),
        count_in=arguments.count_in,
        tempo_changes=tempo_changes,
        clock_master=ClockMaster() if arguments.send_clock else None,
        mode=mode,
    )


def _title(evening: SetFile | None, entries: Sequence[SetEntry]) -> str:
    """Return what a recording of the evening is called."""
    return evening.name if evening is not None and evening.name else entries[0].title


def _sum_up(stage: Stage, performer: Performer) -> str:
    summary = (
        f"segue: {performer.played} events, late {stage.lateness.summary()}, dropped {stage.dropped}, "
        f"rested {performer.rested}"
    )
    limit = limit_words(performer.controls.originality)
    return ", ".join(filter(None, (summary, longest_copy_words(performer.longest_copy), limit)))
