"""`--no-screen` and `--json`: what happens, a line each."""

import json
from io import StringIO

from rich.console import Console

from live.core.controls.mode import Mode
from live.core.planning.states import LongestCopy, Source, State
from live.screen import Coming, Dial, JsonLines, Lines, Sections
from presets.music.event import PPQ
from presets.music.originality import VerbatimPassage
from tests.live.screen.snapshots import SNAPSHOT, changed

QUIET = changed(SNAPSHOT, turn=None)


def printed(*snapshots):
    """Return the lines that each of the snapshots adds."""
    console, added = Console(file=StringIO(), width=80, color_system=None), []
    lines = Lines(console)
    for snapshot in snapshots:
        before = len(console.file.getvalue())
        lines.show(snapshot)
        added.append(console.file.getvalue()[before:].splitlines())
    return added


def told(*snapshots):
    """Return the objects that each of the snapshots adds."""
    file, added = StringIO(), []
    lines = JsonLines(file)
    for snapshot in snapshots:
        before = len(file.getvalue())
        lines.show(snapshot)
        added.append([json.loads(line) for line in file.getvalue()[before:].splitlines()])
    return added


def test_each_event_is_printed_once():
    assert printed(*(changed(QUIET, history=SNAPSHOT.history[:count]) for count in (1, 2, 3, 3))) == [
        ["  1|1|000  segue  C4"],
        ["  1|1|240  you    C4 Eb4 G4  (nearest it knows: 0.4.7)"],
        ["        -  you    A0"],
        [],
    ]


def test_the_lines_tell_what_changes():
    last = changed(QUIET, history=())
    lines = []
    for changes in (
        {"notice": "the port is gone", "output": "lost"},
        {"notice": None, "mode": Mode.CONTINUE},
        {"coming": Coming("folk", 9 * PPQ)},
        {"coming": None, "preset": "folk"},
        {"sections": Sections("A", "B", 9 * PPQ)},
        {"turn": Source.SEGUE},
        {"state": State.STOPPED},
        {"state": State.PLAYING},
        {"dials": (Dial("temperature", "1.00", 0.5), *SNAPSHOT.panel.dials[1:])},
        {"state": State.FINISHED},
    ):
        lines.append(changed(last, **changes))
        last = lines[-1]
    assert printed(changed(QUIET, history=()), *lines) == [
        [],
        ["out: lost", "the port is gone"],
        ["mode: continue"],
        ["next folk in 1 bar 1 beat, at bar 4"],
        ["preset: folk"],
        ["section A, then B"],
        ["segue's turn"],
        ["stopped"],
        ["playing"],
        ["temperature: 1.00"],
        [],
    ]


def test_who_stops_is_told_where_it_goes_on():
    stopped = changed(QUIET, history=(), state=State.STOPPED, tick=None, goes_on_at=5 * PPQ)
    assert printed(changed(QUIET, history=()), stopped) == [[], ["stopped, goes on at bar 2 beat 3"]]
    _, said = told(changed(QUIET, history=()), stopped)
    now = {"at": 3.125, "bar": None, "beat": None}
    on = {"bar": 2, "beat": 3}
    assert said == [{"type": "state", **now, "state": "stopped", "text": "stopped", "goes_on": on}]


def test_a_copy_that_has_become_notably_long_is_told_once():
    def copied(length):
        return changed(
            QUIET, history=(), longest=LongestCopy(VerbatimPassage(length, 0, "waltz.mid", 9), "folk", 960)
        )

    assert printed(changed(QUIET, history=()), *map(copied, (7, 8, 8, 15, 17, 18))) == [
        [],
        [],
        ["copied: 8 events of waltz (folk)"],
        [],
        [],
        ["copied: 17 events of waltz (folk)"],
        [],
    ]


def test_an_object_tells_what_is_copied():
    nothing = changed(SNAPSHOT, current=VerbatimPassage(begins=9), longest=None)
    first, (copy,), (ended,) = told(nothing, SNAPSHOT, changed(SNAPSHOT, current=VerbatimPassage(begins=8)))
    now = {"type": "copy", "at": 3.125, "bar": 2, "beat": 3}
    longest = {"events": 7, "piece": "air.mid", "preset": "folk", "tick": 480}
    assert {**now, "events": 0, "piece": None, "below": None, "longest": None} in first
    assert copy == {**now, "events": 5, "piece": "waltz.mid", "below": None, "longest": longest}
    assert ended == {**now, "events": 0, "piece": None, "below": None, "longest": longest}


def test_a_limit_to_copies_is_told():
    limited = changed(QUIET, history=(), limit=8)
    assert printed(limited, limited, changed(limited, limit=None)) == [
        ["copies below 8"],
        [],
        ["copies of any length"],
    ]
    _, (copy,) = told(changed(limited, limit=None), limited)
    assert (copy["type"], copy["below"]) == ("copy", 8)


def test_who_waits_says_so_at_once():
    assert printed(changed(QUIET, state=State.WAITING, history=())) == [["waiting for Start from the clock"]]


def test_an_object_tells_of_an_event():
    _, (event,) = told(
        changed(SNAPSHOT, history=SNAPSHOT.history[:1]), changed(SNAPSHOT, history=SNAPSHOT.history[:2])
    )
    assert event == {
        "type": "event",
        "at": 3.125,
        "bar": 1,
        "beat": 1,
        "tick": 240,
        "who": "you",
        "notes": [60, 63, 67],
        "names": ["C4", "Eb4", "G4"],
        "velocities": [64, 64, 64],
        "beats": [0.5, 0.5, 0.5],
        "nearest": "0.4.7",
    }


def test_the_first_objects_tell_how_everything_stands():
    (first,) = told(SNAPSHOT)
    assert [said["type"] for said in first] == [
        *(
            "ports",
            "preset",
            "switch",
            "state",
            "section",
            "mode",
            "turn",
            "heard",
            "me",
            "mute",
            "meter",
            "tempo",
            "left-out",
            "copy",
            "notice",
        ),
        *["knob"] * len(SNAPSHOT.panel.dials),
        *["event"] * len(SNAPSHOT.history),
    ]
    assert all((said["at"], said["bar"], said["beat"]) == (3.125, 2, 3) for said in first[:14])


def test_then_only_what_changes_is_told():
    coming = changed(SNAPSHOT, coming=Coming("folk", 9 * PPQ), tick=6 * PPQ, now=3.75)
    turned = changed(coming, dials=(Dial("temperature", "1.00", 0.5), *SNAPSHOT.panel.dials[1:]), muted=True)
    _, nothing, switch, knob = told(SNAPSHOT, SNAPSHOT, coming, turned)
    now = {"at": 3.75, "bar": 3, "beat": 1}
    assert nothing == []
    assert switch == [{"type": "switch", **now, "to": "folk", "on": {"bar": 4, "beat": 1}}]
    assert knob == [
        {"type": "mute", **now, "muted": True},
        {"type": "knob", **now, "name": "temperature", "text": "1.00", "position": 0.5},
    ]


def test_while_nothing_runs_there_is_no_bar():
    (first,) = told(changed(SNAPSHOT, tick=None, history=()))
    assert {(said["bar"], said["beat"]) for said in first} == {(None, None)}
