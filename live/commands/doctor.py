"""`segue doctor`: finds problems that keep segue from playing, or from playing well, and says what to do."""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from live.checkups.finding import Finding

SUMMARY = "check whether this computer is ready to play, and say what to do if it is not"

VERDICT_WIDTH, SUBJECT_WIDTH = 7, 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue doctor`."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run every check; exit code 1 if a fault keeps segue from playing."""
    found: list[Finding] = []
    for finding in examine():
        found.append(finding)
        if not arguments.json:
            print("\n".join(lines(finding)), flush=True)
    can_play = not any(finding.keeps_from_playing for finding in found)
    if arguments.json:
        print(
            json.dumps({"can_play": can_play, "findings": [as_json(finding) for finding in found]}, indent=2)
        )
    else:
        print("\nsegue can play." if can_play else "\nsegue cannot play: fix the faults above first.")
    return 0 if can_play else 1


def examine() -> Iterator[Finding]:
    """Run every check, the software's first because the others need it."""
    from live.checkups.software import check_software

    for finding in check_software():
        yield finding
        if finding.keeps_from_playing:
            return
    from live.checkups.controllers import check_controllers
    from live.checkups.jack_server import check_jack_server
    from live.checkups.journals import check_journals
    from live.checkups.library import check_presets
    from live.checkups.machine import check_governor, check_memory_lock, memory_lock_limit
    from live.checkups.midi import check_midi
    from live.checkups.processes import check_processes
    from live.checkups.timing import check_timing
    from live.setlist.control_file import control_file
    from presets.bundles.library import preset_folders
    from presets.sets.reader import journals_folder

    yield from check_midi()
    yield from check_jack_server()
    yield check_processes()
    yield from check_timing()
    yield from check_governor()
    yield from check_memory_lock(memory_lock_limit())
    yield from check_presets(preset_folders())
    yield from check_controllers(control_file())
    yield from check_journals(journals_folder())


def lines(finding: Finding) -> Iterator[str]:
    """Yield a finding as text: what was found, and below it what to do."""
    yield f"{finding.verdict.value:<{VERDICT_WIDTH}}{finding.subject:<{SUBJECT_WIDTH}}{finding.found}"
    if finding.remedy is not None:
        yield f"{'':<{VERDICT_WIDTH + SUBJECT_WIDTH}}{finding.remedy}"


def as_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as `--json` prints it."""
    return {
        "subject": finding.subject,
        "verdict": finding.verdict.value,
        "found": finding.found,
        "remedy": finding.remedy,
        "keeps_from_playing": finding.keeps_from_playing,
    }
