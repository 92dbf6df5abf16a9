"""A set in a few figures, counted by the music that its files would hold."""

from pathlib import Path

from presets.sets.reader import JournalFile
from presets.sets.records import Begun, Closed, Copied, Interrupted
from presets.sets.summary import summarize
from tests.presets.sets.hypothesis_records import note, opened, plays, pressed, take


def summary_of(*records, unreadable=0):
    return summarize(JournalFile(Path("2026-11-21-193000.jsonl"), records, unreadable))[0]


def test_what_was_played_by_whom():
    summary = summary_of(
        opened(),
        plays("chopin"),
        *take(1, note(0, 60), note(480, 62), pressed(240, 70)),
        plays("bach", at=20.0),
        *take(2, note(0, 64, take=2), at=60.0),
        plays("chopin", at=80.0),
        *take(3, note(0, 64, take=3), at=90.0),
    )
    assert (summary.id, summary.name) == ("2026-11-21-193000", None)
    assert str(summary.began) == "2026-11-21 19:30:00+01:00"
    assert (summary.notes, summary.player_notes, summary.takes) == (4, 1, 3)
    assert summary.presets == ("chopin", "bach")
    assert summary.seconds == 94.0
    assert (summary.copied, summary.closed, summary.unreadable) == (None, None, 0)


def test_the_longest_copy_and_how_it_ended():
    longer = Copied(3.0, 1, 960, 7, "Ballade", "chopin")
    closed = Closed(9.0, 12, 1, 2)
    summary = summary_of(
        *[opened(), plays("chopin"), *take(1, note(0, 60))],
        *[Copied(2.0, 1, 480, 5, "Etude", "chopin"), longer, closed],
    )
    assert (summary.copied, summary.closed) == (longer, closed)


def test_what_a_torn_journal_has_lost_is_not_made_up():
    summary = summary_of(*take(1, note(0, 60)), unreadable=2)
    assert (summary.began, summary.notes, summary.presets, summary.unreadable) == (None, 1, (), 2)


def test_a_set_that_was_interrupted_is_one_set():
    death = Interrupted(2.5, 1, 1440, 2.0, "killed by SIGKILL")
    summary = summary_of(
        *[opened(), plays("chopin"), *take(1, note(0, 60), death, Begun(1.0, 1, 0), note(3840, 62))],
        Closed(9.0, 12, 1, 2),
    )
    assert (summary.takes, summary.notes, summary.interruptions) == (1, 2, (death,))
    assert summary.closed is not None
