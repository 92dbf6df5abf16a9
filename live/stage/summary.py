"""What is said when the stage is left: how it went, and where the music is kept."""

import shlex

from live.core.performer.status import Status
from live.journals.archive import Archive
from live.output.lateness import Lateness
from live.screen.words import limit_words, longest_copy_words


def performance_summary(status: Status, lateness: Lateness, dropped: int) -> str:
    """Return one line about a performance.

    Args:
        status: at its end.
        lateness: of the notes that were sent.
        dropped: notes left out because they were too late.
    """
    summary = f"{status.played} events, late {lateness}, dropped {dropped}, rested {status.rested}"
    copies = longest_copy_words(status.copies.longest), limit_words(status.copies.limit)
    return ", ".join(filter(None, (f"segue: {summary}", *copies)))


def archive_summary(archive: Archive) -> str | None:
    """Return one line that says where the journal is kept, or why it is not; None if nothing was played."""
    if archive.loss is not None:
        return f"segue: {archive.loss}"
    if archive.kept is None:
        return None
    return f"segue: kept; `segue sets export {shlex.quote(archive.kept)} -o set.mid` makes a file of it"
