"""`segue play`: reads what to perform, and performs it."""

import argparse
import signal
import sys
import traceback
from contextlib import closing, suppress
from pathlib import Path
from queue import SimpleQueue

from live.arguments.midi_seed import MidiSeed
from live.arguments.performance import (
    DEFAULT_PRESET,
    add_performance_arguments,
    open_seed,
    refusing,
    remarks_on_seeds,
)
from live.arguments.time import add_time_arguments
from live.core.beat.count_in import COUNT_IN
from live.core.beat.switch_grids import SWITCH_GRIDS
from live.core.beat.timing import LATENCY_MS
from live.core.controls.mode import Mode
from live.midi.system import BACKENDS
from live.screen.key_bindings import LABELS
from live.setlist.programme import Programme, read_programme
from live.setlist.set_file import SetFile, read_set
from live.setlist.styles import Styles
from live.stage.comeback import interrupted_state
from live.stage.concert import prepare
from live.stage.connection import connect_ports
from live.stage.inbox import Inbox
from live.stage.perform import perform
from live.stage.summary import archive_summary, performance_summary
from live.supervisor.supervise import FAULT
from presets.bundles.library import find_preset
from presets.errors import SegueError, UsageError

SUMMARY = "play presets in time into a MIDI port, and listen to a keyboard"

DEFAULTS = {
    "switch": "bar",
    "clock": "internal",
    "send_clock": False,
    "count_in": 0,
    "latency_ms": 0.0,
    "wait": False,
    "tempo_from_phrase": False,
    "input": (),
    "output": None,
    "meter": None,
    "swing": None,
    "thru": None,
}
"""The values that apply if neither the command nor the set gives others; None if decided later."""

_MODES = (
    "stream plays all the time, continue carries on your phrase after a rest, answer replies with as many "
    "bars as you played, accompany plays along and never doubles your notes, hold only listens"
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
        "--tempo-from-phrase",
        action="store_true",
        default=None,
        help="with --wait: play on in the tempo of your phrase, and begin on its beat",
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
    set_file = read_set(arguments.set) if arguments.set is not None else None
    programme = read_programme(arguments, set_file)
    _settle(arguments, set_file)
    if arguments.journal is not None and arguments.journal.exists() and not arguments.journal.is_dir():
        raise UsageError(f"--journal must be a folder, got {arguments.journal.as_posix()!r}, which is a file")
    open_seed(arguments)
    for remark in remarks_on_seeds(_seeds(arguments, programme)):
        print(f"segue: {remark}", file=sys.stderr)
    for entry in programme.entries:
        find_preset(entry.preset)  # a misspelt name is reported before the music, and not at the switch
    inbox: Inbox = SimpleQueue()
    # The ports first: others may connect to them, and keys go through, while the preset is loaded.
    output_names = Styles(arguments, programme.entries).outputs
    with closing(connect_ports(arguments, output_names, inbox)) as ports:
        concert = prepare(arguments, programme, interrupted_state(ports, len(programme.entries)))
        try:
            stage = perform(arguments, concert, ports, inbox)
        except SegueError:
            raise
        except Exception:  # a fault of segue's: the supervisor starts another engine, which goes on
            traceback.print_exc()
            return FAULT
    status = concert.performer.status(0.0)  # the music is over: any moment will do
    with suppress(OSError):  # the terminal may be gone
        print(performance_summary(status, stage.lateness.summary(), stage.dropped), file=sys.stderr)
        if (kept := archive_summary(concert.archive)) is not None:
            print(kept, file=sys.stderr)
    return 0 if stage.signal in (None, signal.SIGINT) else 128 + stage.signal


def _seeds(arguments: argparse.Namespace, programme: Programme) -> list[MidiSeed | None]:
    """Return the seeds that are played from a file: that of the command line takes precedence."""
    if arguments.seed is not None:
        return [arguments.seed]
    return [entry.arguments.get("seed") for entry in programme.entries]


def _settle(arguments: argparse.Namespace, set_file: SetFile | None) -> None:
    """Fill in arguments that the command does not give, from the set and then from the defaults.

    Raises:
        UsageError: if two arguments contradict each other, or one is out of range.
    """
    if set_file is not None and arguments.presets:
        raise UsageError(f"--set has its own presets, got {arguments.presets[0]!r} as well: leave one out")
    of_set = set_file.arguments if set_file is not None else {}
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
            ("--tempo-from-phrase", arguments.tempo_from_phrase),
        ):
            if is_given:
                raise UsageError(
                    f"{option} is for segue's own clock, and --clock midi-in follows another: leave one out"
                )
    if arguments.tempo_from_phrase and not arguments.wait:
        raise UsageError(
            "--tempo-from-phrase needs a phrase, but --wait, which listens to one, was not given: add "
            "--wait, or leave --tempo-from-phrase out"
        )
