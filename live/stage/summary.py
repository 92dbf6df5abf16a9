"""The lines that segue prints when it quits: how the performance went, and where the music is saved."""

import shlex

from live.core.performer.status import Status
from live.journals.archive import Archive
from live.ports.lateness import Lateness
from live.screen.words import limit_words, longest_copy_words


def performance_summary(status: Status, lateness: Lateness, dropped: int) -> str:
    """Return one line about a performance.

    Args:
        status: the performer's status at the end.
        lateness: how late the notes were sent.
        dropped: number of notes left out because they were too late.
    """
    summary = f"{status.played} events, late {lateness}, dropped {dropped}, rested {status.rested}"
    copies = longest_copy_words(status.copies.longest), limit_words(status.copies.limit)
    return ", ".join(filter(None, (f"segue: {summary}", *copies)))


def archive_summary(archive: Archive) -> str | None:
    """Return one line that says where the journal is, or why it is missing; None if nothing was played."""
    if archive.loss is not None:
        return f"segue: {archive.loss}"
    if archive.kept is None:
        return None
    return f"segue: saved; `segue sets export {shlex.quote(archive.kept)} -o set.mid` exports it as MIDI"
