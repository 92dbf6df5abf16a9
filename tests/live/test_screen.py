"""The screen as plain text, at the size of the smallest terminal."""

import math
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from live.core.performance import Entry, Source, State
from live.core.prediction import Understanding
from live.lateness import Lateness, LatenessMeter
from live.repertoire import Offer
from live.screen import Coming, Lines, Snapshot, render
from presets.event import PPQ, Event, Note
from presets.settings import Meter


def entry(source, tick, *notes, nearest=None):
    event = Event.of(0, (Note(note, 1, 1) for note in notes))
    return Entry(source, event, Understanding(nearest or "", nearest is None), tick)


SNAPSHOT = Snapshot(
    preset="alphabet",
    coming=None,
    offers=(Offer("alphabet", None), Offer("bach", None), Offer("folk", "is still being loaded")),
    state=State.PLAYING,
    tick=5 * PPQ,
    bpm=96.5,
    follows=False,
    meter=Meter(3, 4),
    history=(
        entry(Source.SEGUE, 0, 60),
        entry(Source.PLAYER, 240, 60, 63, 67, nearest="0.4.7"),
        entry(Source.PLAYER, None, 21),
    ),
    output="segue:out",
    inputs=("segue:in", "Keystation"),
    lateness=Lateness(10, 0.0001, 0.0012, 0.0034),
    dropped=1,
    rested=2,
    notice=None,
)


SCREEN = """\
╭─────────────────────────────────── segue ────────────────────────────────────╮
│ alphabet                  bar 2  beat 3                        96.5 bpm  3/4 │
│ playing   (own clock)                                                        │
│                                                                              │
│   1|1|000  segue  C4                                                         │
│   1|1|240  you    C4 Eb4 G4  (nearest it knows: 0.4.7)                       │
│         -  you    A0                                                         │
│                                                                              │
│                                                                              │
│                                                                              │
│                                                                              │
│                                                                              │
│                                                                              │
│ 1 alphabet  2 bach  (3 folk)                                                 │
│ out   segue:out                                                              │
│ in    segue:in, Keystation                                                   │
│ late  median 0.1 ms  p99 1.2 ms  max 3.4 ms   dropped 1   rested 2           │
│ s start  space stop/go on  p panic  q quit  + - tempo  t tap  1-9 preset     │
╰──────────────────────────────────────────────────────────────────────────────╯
"""


def draw(snapshot, width=80):
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(render(snapshot))
    return console.file.getvalue()


def test_the_screen():
    assert draw(SNAPSHOT) == SCREEN


@pytest.mark.parametrize("state", list(State))
def test_every_state_fits_24_lines_of_80(state):
    many = tuple(entry(Source.SEGUE, 240 * index, *range(40, 60)) for index in range(32))
    shown = draw(replace(SNAPSHOT, state=state, history=many, notice="something went wrong " * 3))
    assert len(shown.splitlines()) <= 24
    assert max(map(len, shown.splitlines())) <= 80


def test_on_a_low_terminal_the_events_give_way_first():
    console = Console(file=StringIO(), width=40, height=12, color_system=None)
    console.print(render(replace(SNAPSHOT, notice="the port is gone"), height=12))
    shown = console.file.getvalue().splitlines()
    assert len(shown) <= 12
    for words in ("the port is gone", "segue:out", "p panic", "you    A0"):
        assert any(words in line for line in shown), words


def test_nothing_that_happens_in_names_is_taken_for_markup():
    shown = draw(replace(SNAPSHOT, output="[red]synth[/red]", notice="[bold]gone"))
    assert "[red]synth[/red]" in shown
    assert "[bold]gone" in shown


def test_lines_print_each_event_and_each_notice_once():
    console = Console(file=StringIO(), width=80, color_system=None)
    lines = Lines(console)
    lines.show(replace(SNAPSHOT, history=SNAPSHOT.history[:1]))
    lines.show(replace(SNAPSHOT, history=SNAPSHOT.history[:2], notice="the port is gone"))
    lines.show(replace(SNAPSHOT, notice="the port is gone"))
    assert console.file.getvalue().splitlines() == [
        "  1|1|000  segue  C4",
        "the port is gone",
        "  1|1|240  you    C4 Eb4 G4  (nearest it knows: 0.4.7)",
        "        -  you    A0",
    ]


def test_lateness_in_figures():
    meter = LatenessMeter()
    assert str(meter.summary()) == "-"
    for late in range(100):
        meter.add(late / 1000)
    meter.add(0.0)
    summary = meter.summary()
    assert summary.count == 101
    assert summary.median == pytest.approx(0.049)
    assert summary.p99 == pytest.approx(0.098)
    assert summary.worst == pytest.approx(0.099)
    assert math.isnan(LatenessMeter().summary().median)


def test_the_preset_that_comes_stands_beside_the_one_that_plays():
    shown = draw(replace(SNAPSHOT, coming=Coming("bach", 9 * 480)))
    assert "alphabet, bach at bar 4 (in 4 beats)" in shown


@pytest.mark.parametrize(
    ("tick", "words"),
    [(9 * 480 - 1, "bar 4 (in 1 beat)"), (9 * 480, "bar 4 (in 0 beats)"), (0, "(in 9 beats)")],
)
def test_the_beats_until_then_are_counted_down(tick, words):
    assert words in draw(replace(SNAPSHOT, coming=Coming("bach", 9 * 480), tick=tick))


def test_a_switch_within_the_bar_names_its_beat():
    assert "bach at bar 2 beat 3 (in" in draw(replace(SNAPSHOT, coming=Coming("bach", 5 * 480), tick=480))


def test_a_count_in_is_counted_down():
    shown = draw(replace(SNAPSHOT, tick=-480))
    assert "count-in  1  beat 3" in shown
    assert "counting in   (own clock)" in shown


def test_who_follows_says_so_and_what_it_waits_for():
    shown = draw(replace(SNAPSHOT, follows=True, state=State.WAITING, tick=None))
    assert "(MIDI clock in)" in shown
    assert "waiting for Start from the clock" in shown


def test_lines_tell_of_the_preset_that_comes():
    console = Console(file=StringIO(), width=80, color_system=None)
    lines = Lines(console)
    lines.show(SNAPSHOT)
    lines.show(replace(SNAPSHOT, coming=Coming("bach", 9 * 480)))
    assert console.file.getvalue().splitlines()[-1] == "alphabet, bach at bar 4 (in 4 beats)"
