"""Prepares a performance: loads the first preset and makes the performer."""

import argparse
from dataclasses import dataclass

from live.arguments.performance import read_rng, refuse_foreign
from live.arguments.time import OWN_METER, read_length, read_meter, read_swing, read_tempo_changes
from live.core.controls.binding import with_presets
from live.core.controls.control_map import ControlMap
from live.core.controls.mode import Mode
from live.core.output.thru import Thru
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.planning.style import Style
from live.inference.preset_loader import PresetReady, load_stage_preset
from live.journals.archive import Archive
from live.journals.journal import Journal
from live.setlist.control_file import control_file, read_bindings
from live.setlist.programme import Programme
from live.setlist.repertoire import Repertoire
from live.setlist.styles import Styles
from live.stage.stage_state import StageState
from presets.bundles.settings import Meter
from presets.sets.reader import journals_folder


@dataclass(frozen=True, slots=True)
class Concert:
    """A programme that is ready to play.

    Attributes:
        performer: decides what sounds when.
        repertoire: the presets that the musician can switch to; the first is loaded.
        surface: what the controllers do.
        thru: says which output channel the musician's notes go to; None not to send them on.
        archive: keeps the journal.
        set_name: name of the set file; None without one.
        loaded: number of the loaded preset among `repertoire.presets`.
        interrupted: the performance that goes on; None if it begins.
    """

    performer: Performer
    repertoire: Repertoire
    surface: ControlMap
    thru: Thru | None
    archive: Archive
    set_name: str | None
    loaded: int = 0
    interrupted: StageState | None = None


def prepare(
    arguments: argparse.Namespace, programme: Programme, interrupted: StageState | None = None
) -> Concert:
    """Load the first preset of a programme, or the one that was interrupted, and prepare all else.

    Args:
        arguments: the complete arguments of `segue play`.
        programme: the programme to play.
        interrupted: the performance to go on with; None to begin.

    Raises:
        SegueError: if segue cannot use a preset, a binding or an argument.
    """
    number = 0 if interrupted is None else interrupted.checkpoint.preset
    learned, first = read_bindings(control_file()), programme.entries[number]
    preset, rng = load_stage_preset(first.preset), read_rng(arguments)
    refuse_foreign(arguments, preset.settings)
    styles = Styles(arguments, programme.entries)
    style = styles.style_of(first, preset, rng)
    repertoire = Repertoire(programme.entries, style, styles.style_of, number)
    loaded = repertoire.presets.index(first.preset)
    repertoire.take(PresetReady(loaded, preset))  # the set may return to it
    meter = first.meter or read_meter(arguments, preset.settings)
    performance = _performance(arguments, style, styles.bpm_of(first, preset), meter)
    if interrupted is not None:
        performance = interrupted.checkpoint.performance(performance)
    performer = Performer(performance, rng)
    journal = Journal(arguments.journal or journals_folder(), goes_on=interrupted is not None)
    archive = Archive(journal, arguments.record, programme.title)
    bindings = (with_presets(bound, repertoire.names) for bound in (learned, programme.bindings))
    return Concert(
        performer,
        repertoire,
        ControlMap(*bindings),
        Thru(arguments.thru) if arguments.thru else None,
        archive,
        programme.set_name,
        loaded,
        interrupted,
    )


def _performance(arguments: argparse.Namespace, style: Style, bpm: float, meter: Meter) -> Performance:
    tempo_changes = read_tempo_changes(arguments, meter)
    assert style.seed is not None
    return Performance(
        style,
        style.seed,
        meter,
        bpm,
        mode=Mode(arguments.mode or Mode.STREAM),
        wait=arguments.wait,
        tempo_from_phrase=arguments.tempo_from_phrase,
        tempo_changes=tempo_changes,
        length=read_length(arguments, bpm, tempo_changes),
        count_in=arguments.count_in,
        swing=read_swing(arguments),
        latency_seconds=arguments.latency_ms / 1e3,
        follows=arguments.clock == "midi-in",
        own_meters=arguments.meter == OWN_METER,
        sends_clock=arguments.send_clock,
    )
