"""What a journal lacks when the power goes while segue plays (Linux, as root).

    unshare --mount python -m tests.measurements.power_loss

segue plays and writes its journal into a file system of its own, in a file. At random moments that file is
copied: what stands in the copy is what a disk has when the power goes. Each copy is mounted, and the journal
in it compared with that of the whole set. Exit code 1 if a copy has none that can be read, or if it lacks a
message that was more than a second old.
"""

import argparse
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from live.benchmarks.processes import LEAVING_SECONDS, running, segue_command
from presets.errors import SegueError
from presets.sets.reader import JournalFile, list_journals, read_journal
from presets.sets.records import Opened
from tests.measurements.figures import report, summarize
from tests.measurements.killed_sets import ALLOWED_SECONDS

APART_SECONDS = (0.1, 0.7)
"""From one loss of power to the next."""

MEBIBYTES = 8
"""Of the file system: copied in a few milliseconds."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--losses", type=int, default=200)
    parser.add_argument("--preset", default="chopin")
    parser.add_argument("--rng-seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        figures = _lose(Path(folder), arguments.preset, arguments.losses, random.Random(arguments.rng_seed))
    report(figures)
    return 0 if not figures["problems"] else 1


def _lose(folder: Path, preset: str, losses: int, chance: random.Random) -> dict[str, object]:
    disk, copies = folder / "disk", []
    with disk.open("wb") as file:
        file.truncate(MEBIBYTES << 20)
    subprocess.run(["mkfs.ext4", "-q", "-J", "size=1", disk], check=True)
    with _mounted(disk) as place:
        journals = place / "journals"
        command = segue_command("play", preset, "--no-screen", "--journal", str(journals))
        with running(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as segue:
            while not list_journals(journals):
                time.sleep(0.01)
            time.sleep(ALLOWED_SECONDS)
            for number in range(losses):
                time.sleep(chance.uniform(*APART_SECONDS))
                copy = folder / f"copy-{number}"
                copies.append((time.time(), copy))
                shutil.copyfile(disk, copy)
            segue.terminate()
            segue.wait(LEAVING_SECONDS)
        whole = read_journal(list_journals(journals)[0])
    ages, problems, torn = [], [], 0
    for lost_at, copy in copies:
        try:
            with _mounted(copy) as place:
                journal = read_journal(list_journals(place / "journals")[0])
        except (SegueError, IndexError) as error:
            problems.append(f"{copy.name}: {error}")
            continue
        torn += journal.unreadable
        ages.append(_age_of_the_oldest_missing(journal, whole, lost_at))
        if ages[-1] > ALLOWED_SECONDS:
            problems.append(f"{copy.name}: what happened {ages[-1]:.3f} s before is missing")
        copy.unlink()
    return {
        "losses of power": losses,
        "journals that opened": len(ages),
        "lines torn": torn,
        "age of the oldest that is missing, ms": summarize(ages) if ages else None,
        "problems": problems,
    }


def _age_of_the_oldest_missing(journal: JournalFile, whole: JournalFile, lost_at: float) -> float:
    opened = whole.records[0]
    assert isinstance(opened, Opened)
    assert journal.records == whole.records[: len(journal.records)], "it is no beginning of the set"
    began = datetime.fromisoformat(opened.began).timestamp()
    missing = [began + record.at for record in whole.records[len(journal.records) :]]
    return max([0.0, *(lost_at - at for at in missing)])


@contextmanager
def _mounted(disk: Path) -> Iterator[Path]:
    """Mount the file system in a file until the block is left."""
    place = disk.with_name(f"{disk.name}-mounted")
    place.mkdir()
    subprocess.run(["mount", "-o", "loop", disk, place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)
        place.rmdir()


if __name__ == "__main__":
    sys.exit(main())
