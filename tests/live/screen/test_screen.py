"""The screen as plain text, at the sizes of the smallest terminal and of bigger ones."""

import os
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.input.chord_finder import Harmony
from live.core.planning.states import LongestCopy, Source, State
from live.screen import Coming, Learnable, Learning, Picture, Screen, Sections, screen_rows
from live.screen.block_letters import FONT, block_letters
from live.screen.key_bindings import BINDINGS
from live.screen.recent_notes import RollNote
from live.screen.rows import BOLD
from live.screen.terminal import Drawing
from live.screen.words import piece_words
from live.setlist.repertoire import Offer
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.music.originality import VerbatimPassage
from tests.live.screen.snapshots import DIALS, SNAPSHOT, changed

BAR = 3 * PPQ

SCREEN = """\
█▀▀▄ ▄▀▀▄ ▄▀▀▀ █  █                                                  ▀▀▀▄   ▀▀▀▄
█▀▀▄ █▀▀█ █    █▀▀█                                                  ▄▀▀     ▀▀▄
▀▀▀  ▀  ▀  ▀▀▀ ▀  ▀                                                  ▀▀▀▀ ▀ ▀▀▀
                                                          96 bpm  own clock  3/4
answer  your turn  listening                             bar 2  beat 3  ░░ ░░ ██

                                      │1                │2           ┃     │
C5                                    │                 ▖▖▖▖▖        ┃     │
                                      │          ▄▄▄▄▄▄▄▄▄▄▄▄▄▘▘▘▘▘▘▘▘     │
                                      │                 │     ▄▄▄▄▄▄▄▄▄▄▄▄ │
C4                                    │                 │            ┃     │
                                      │                 │            ┃     │
                                      │                 │            ┃    ▄▄▄▄▄
C3                                    ▄▄▄▄▄▄▄▄▄▄▄       │            ┃     │
>temperature   0.95  dynamics-top… 1.00  transpose       +3  mode        answer
 rhythm-tempe… 1.00  density      +0.00  gate          1.00  mute           off
 dynamics-tem… 1.00  recall        0.50  swing           50
 top-p         0.98  velocity        64  tempo           96
 rhythm-top-p  1.00  register     +0.00  key        C minor
in ● segue:in, Keystation               out ○ segue:out
late median 0.1 ms  p99 1.2 ms  max 3.4 ms   dropped 1   rested 2
longest copy 7 events of air   now 5 of waltz
[1 bach]  2 folk  (3 pop)
space stop/go on  s start  r restart  p panic  u mute  m mode  ? help  q quit
"""


def draw(snapshot, width=80, height=24):
    rows = screen_rows(snapshot, width, height)
    return "".join("".join(segment.text for segment in row).rstrip() + "\n" for row in rows)


def test_the_screen():
    assert draw(SNAPSHOT) == SCREEN


STOPPED = changed(SNAPSHOT, state=State.STOPPED, tick=None, transport=None, turn=None)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (60, 15), (40, 12), (20, 6), (1, 1)])
@pytest.mark.parametrize(
    "snapshot",
    [
        SNAPSHOT,
        *(changed(SNAPSHOT, state=state, tick=None, transport=None) for state in State),
        changed(STOPPED, goes_on_at=5 * PPQ),
        changed(SNAPSHOT, help=True),
        changed(SNAPSHOT, learning=Learning((Learnable("panic", "note 36"),) * 40, 39, "press it " * 20)),
        changed(SNAPSHOT, preset="a name that is much too long for any letters but the smallest " * 4),
        changed(
            SNAPSHOT, preset="\u2603 \u96ea", output="\u97f3\u697d" * 60, notice="something is wrong " * 30
        ),
        changed(SNAPSHOT, dials=(), chosen=None, history=(), inputs=(), roll=(), number=None),
        changed(
            SNAPSHOT, coming=Coming("folk", 9 * BAR), title="Nocturne " * 9, set_name="Friday", muted=True
        ),
        changed(
            SNAPSHOT,
            bars=BarLines.of(Meter(7, 8)),
            tick=-100,
            offers=tuple(Offer(f"p{i}", None) for i in range(40)),
        ),
    ],
)
def test_every_moment_fills_every_terminal_and_no_more(snapshot, size):
    width, height = size
    rows = screen_rows(snapshot, width, height)
    assert len(rows) == height
    assert {sum(cell_len(segment.text) for segment in row) for row in rows} == {width}


@given(
    notes=st.lists(
        st.builds(
            lambda source, note, start, length: RollNote(source, note, start, length and start + length),
            st.sampled_from(Source),
            st.integers(0, 127),
            st.floats(-50, 60),
            st.none() | st.floats(1e-3, 50),
        ),
        max_size=40,
    ),
    now=st.floats(0, 1e5),
    width=st.integers(1, 220),
    height=st.integers(1, 70),
)
def test_every_roll_fits(notes, now, width, height):
    rows = screen_rows(changed(SNAPSHOT, roll=tuple(notes), now=now), width, height)
    assert {sum(len(segment.text) for segment in row) for row in rows} == {width}


GLYPHS = str.maketrans("▀▄█▘▖▌", "sssyyy")


def roll(*notes, now=3.125):
    """The one row of the roll that holds notes: `s` where segue plays, `y` where you do."""
    shown = draw(changed(SNAPSHOT, roll=notes, transport=None, now=now), 80, 24).splitlines()[6:14]
    (row,) = (row.translate(GLYPHS) for row in shown if set(row.translate(GLYPHS)) & {"s", "y"})
    return row


def test_who_played_what_is_told_without_colour():
    row = roll(RollNote(Source.SEGUE, 60, 1.0, 2.0), RollNote(Source.PLAYER, 60, 2.0, 3.0))
    assert "s" * 10 + "y" * 10 in row


def test_a_note_that_is_struck_again_is_seen_twice():
    assert "ssss sssss" in roll(RollNote(Source.SEGUE, 60, 1.0, 1.5), RollNote(Source.SEGUE, 60, 1.5, 2.0))


def test_the_roll_moves_and_its_notes_keep_their_length():
    rows = [roll(RollNote(Source.SEGUE, 60, 1.03, 1.46), now=2.05 + step / 10) for step in range(20)]
    first = rows[0].index("s")
    assert [row.index("s") for row in rows] == [first - step for step in range(20)]
    assert {row.count("s") for row in rows} == {4}


def test_a_key_that_is_held_grows_up_to_the_line():
    row = roll(RollNote(Source.PLAYER, 60, 2.15, None))
    assert row[59:] == "yyyyyyyyyyy"
    assert SCREEN.splitlines()[6].index("┃") == 69


def test_bars_are_numbered_and_none_lies_before_the_first():
    shown = draw(changed(SNAPSHOT, roll=(), now=60.0, tick=96 * PPQ))
    assert all(f"\u2502{bar}" in shown for bar in (30, 31, 32))
    assert "\u25020" not in draw(SNAPSHOT)


def test_on_a_low_terminal_the_least_important_gives_way():
    shown = draw(changed(SNAPSHOT, notice="the port is gone"), 60, 12)
    for words in ("bach", "2.3", "the port is gone", "your turn", "segue:out", "q quit"):
        assert words in shown
    assert "dynamics" not in shown
    assert "dynamics" in draw(SNAPSHOT)


def test_a_long_notice_keeps_its_way_out():
    shown = draw(changed(SNAPSHOT, notice=f"there is no MIDI system{' at all' * 10}: start JACK or PipeWire"))
    assert "start JACK or PipeWire\n" in shown
    assert "…\n" in draw(changed(SNAPSHOT, notice="again and again " * 50))


def test_the_chosen_knob_is_marked_and_stays_where_there_is_no_room_for_all():
    snapshot = changed(SNAPSHOT, chosen=10)
    assert ">transpose       +3" in draw(snapshot)
    assert ">transpose" in draw(snapshot, 80, 16)
    assert "temperature" not in draw(snapshot, 80, 16)


def test_nothing_that_happens_in_names_is_taken_for_markup_or_obeyed():
    shown = draw(changed(SNAPSHOT, output="[red]synth[/red]\x1b[2J", notice="[bold]gone\nfor good"))
    assert "[red]synth[/red]?[2J" in shown
    assert "[bold]gone for good" in shown


def test_a_terminal_that_knows_only_ascii_gets_only_that():
    rows = screen_rows(changed(SNAPSHOT, preset="f\xfcr"), 80, 24, is_ascii=True)
    shown = "\n".join("".join(segment.text for segment in row) for row in rows)
    assert shown.isascii()
    assert "######" in shown
    assert "======" in shown
    assert "in * segue:in" in shown


@pytest.mark.parametrize(
    ("tick", "words"),
    [
        (5 * PPQ, "next folk in 1 bar 1 beat, at bar 4"),
        (6 * PPQ, "next folk in 1 bar, at bar 4"),
        (6 * PPQ + 1, "next folk in 1 bar, at bar 4"),
        (7 * PPQ, "next folk in 2 beats, at bar 4"),
        (9 * PPQ - 1, "next folk in 1 beat, at bar 4"),
        (9 * PPQ, "next folk now, at bar 4"),
        (0, "next folk in 3 bars, at bar 4"),
    ],
)
def test_the_bars_and_beats_until_the_next_preset_are_counted_down(tick, words):
    assert words in draw(changed(SNAPSHOT, coming=Coming("folk", 9 * PPQ), tick=tick))


def test_a_switch_within_the_bar_names_its_beat():
    assert "at bar 2 beat 3" in draw(changed(SNAPSHOT, coming=Coming("folk", 5 * PPQ), tick=PPQ))


def test_big_letters_count_down_too():
    shown = draw(changed(SNAPSHOT, coming=Coming("folk", 9 * BAR)), 120, 40)
    assert all(line.rstrip() in shown for line in block_letters("folk 7 bars", 1))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "your turn"),
        ({"turn": Source.SEGUE}, "segue's turn"),
        ({"turn": None}, "answer"),
        ({"muted": True}, "muted"),
        ({"muted": True, "state": State.STOPPED}, "stopped"),
        ({"state": State.WAITING, "tick": None}, "waiting"),
    ],
)
def test_big_letters_tell_first_what_must_be_seen_first(changes, words):
    shown = draw(changed(SNAPSHOT, **changes), 120, 40).splitlines()
    assert [
        row[: len(letters)] for row, letters in zip(shown[6:9], block_letters(words, 1), strict=True)
    ] == (block_letters(words, 1))


def test_a_count_in_is_counted_down():
    shown = draw(changed(SNAPSHOT, tick=-PPQ))
    assert "count-in  1  beat 3" in shown
    assert "counting in" in shown


def test_who_follows_says_so_and_what_it_waits_for():
    shown = draw(changed(SNAPSHOT, follows=True, state=State.WAITING, tick=None, turn=None))
    assert "96 bpm  MIDI clock in  3/4" in shown
    assert "waiting for Start from the clock" in shown
    assert "bar" not in shown


def test_who_is_stopped_sees_where_space_goes_on():
    shown = draw(changed(STOPPED, goes_on_at=5 * PPQ))
    assert [row[69:] for row in shown.splitlines()[:3]] == [row[69:] for row in SCREEN.splitlines()[:3]]
    assert "stopped" in shown
    assert "goes on at bar 2 beat 3  ░░ ░░ ░░\n" in shown


@pytest.mark.parametrize("state", [State.STOPPED, State.LISTENING, State.WAITING, State.FINISHED])
def test_no_bar_is_told_where_it_begins_anew(state):
    shown = draw(changed(STOPPED, state=state))
    assert shown.splitlines()[:3] == block_letters("bach", 1)
    assert "goes on" not in shown


@pytest.mark.parametrize("mode", list(Mode))
def test_the_mode_is_named(mode):
    assert f"\n{mode}  " in draw(changed(SNAPSHOT, mode=mode))


def test_the_length_of_the_call_and_of_the_answer_is_shown():
    call = changed(SNAPSHOT, mode=Mode.ANSWER, turn=Source.PLAYER, turn_bars=2)
    assert "your turn  call of 2 bars" in draw(call)
    assert "segue's turn  answer of 1 bar" in draw(changed(call, turn=Source.SEGUE, turn_bars=1))
    assert "call of" not in draw(changed(call, state=State.STOPPED))


def test_the_chord_and_the_key_that_segue_plays_to_are_shown():
    key, chord = Key(0, "major"), Harmony(9, "m7")
    assert "Am7 in C major" in draw(changed(SNAPSHOT, key_heard=key, harmony_heard=chord))
    assert "listening  C major" in draw(changed(SNAPSHOT, key_heard=key))


def test_the_parts_that_the_musician_plays_are_shown():
    assert "you: alto, tenor" in draw(changed(SNAPSHOT, mine=("alto", "tenor")))


def test_what_is_muted_says_so():
    assert " MUTED " in draw(changed(SNAPSHOT, muted=True))


def test_lights_shine_for_a_moment():
    assert "in \u25cf segue:in, Keystation" in draw(SNAPSHOT)
    assert "out \u25cb segue:out" in draw(SNAPSHOT)
    assert "in \u25cb" in draw(changed(SNAPSHOT, now=3.5))


def test_a_set_and_its_title_are_named():
    shown = draw(changed(SNAPSHOT, title="Nocturne", set_name="Friday"))
    assert f"{SNAPSHOT.setlist.preset} (Friday)" in shown


@pytest.mark.parametrize("title", ["Chorale, call and response", "The network of 2018"])
def test_a_title_too_long_for_big_letters_stands_in_those_of_the_terminal(title):
    named = changed(SNAPSHOT, title=title, set_name="Friday")
    for width, height in ((80, 24), (60, 21)):
        rows = screen_rows(named, width, height)
        assert rows[0][0].text == title
        assert rows[0][0].style == BOLD
        # The bar and the beat stay big.
        figures = block_letters("2.3", 1)
        shown = draw(named, width, height).splitlines()
        assert [row[-len(letters.rstrip()) :] for row, letters in zip(shown, figures, strict=False)] == [
            letters.rstrip() for letters in figures
        ]


@pytest.mark.parametrize("title", ["Chorale, call and response", "The network of 2018", "Reel"])
def test_a_title_is_big_where_it_has_room(title):
    shown = draw(changed(SNAPSHOT, title=title, set_name="Friday"), 200, 24).splitlines()
    letters = block_letters(title, 1)
    assert [row[: len(letters[0])] for row in shown[:3]] == letters


def copies(**changes):
    """The line of copies."""
    return draw(changed(SNAPSHOT, **changes)).splitlines()[-3]


def test_what_two_or_three_chords_have_in_common_is_nobodys():
    copied = LongestCopy(VerbatimPassage(3, 0, "air.mid", 0), "folk", 480)
    assert copies(current=VerbatimPassage(3, 0, "air.mid", 0), longest=copied) == ""
    assert copies(current=VerbatimPassage(), longest=None) == ""
    copied = LongestCopy(VerbatimPassage(4, 0, "air.mid", 0), "folk", 480)
    assert (
        copies(current=VerbatimPassage(2, 0, "air.mid", 0), longest=copied) == "longest copy 4 events of air"
    )


def test_a_limit_to_copies_is_seen():
    assert copies(limit=8) == "copies below 8   longest copy 7 events of air   now 5 of waltz"
    assert copies(limit=8, current=VerbatimPassage(), longest=None) == "copies below 8"


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("chp_op18_format0.mid", "chp op18"),
        ("chpn-e12_format0.mid", "chpn-e12"),
        ("chpn-p11-format0.mid", "chpn-p11"),
        ("chpn_op33_4_format.mid", "chpn op33 4"),
        ("bach/bwv190.7-inst.mxl", "bwv190.7-inst"),
        ("folk/reels/REEL.MID", "REEL"),
        ("001.mid", "piece 001"),
        ("Ballade no. 1 [g minor]", "Ballade no. 1 [g minor]"),
        ("BWV 248/5", "BWV 248/5"),
        ("_format0.mid", "_format0"),
        (".mid", ".mid"),
    ],
)
def test_a_piece_is_called_without_its_folder_and_its_ending(piece, words):
    assert piece_words(piece) == words


def test_the_preset_that_plays_stays_in_sight_among_many():
    offers = tuple(Offer(f"preset-{number}", None) for number in range(1, 30))
    assert "[25 preset-25]" in draw(changed(SNAPSHOT, offers=offers, number=24))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_the_help_explains_every_key(size):
    shown = draw(changed(SNAPSHOT, help=True), *size)
    assert all(binding.help in shown for binding in BINDINGS)
    assert "1-9" in shown


def test_learning_shows_what_can_be_learned_and_what_to_do():
    targets = (*(Learnable(dial.name, None) for dial in DIALS), Learnable("panic", "note 36"))
    shown = draw(changed(SNAPSHOT, learning=Learning(targets, 3, "turn it to the right")))
    assert "LEARN top-p" in shown
    assert "turn it to the right" in shown
    assert ">top-p" in shown
    assert "note 36" in shown
    assert ">panic" in draw(changed(SNAPSHOT, learning=Learning(targets, 17, "press it")))


def test_letters_of_the_font_are_five_rows_of_equal_width():
    for letter, glyph in FONT.items():
        rows = glyph.split()
        assert len(rows) == 5, letter
        assert len({len(row) for row in rows}) == 1, letter
    assert block_letters("snow \u2603", 1) is None


def test_rich_prints_the_picture():
    console = Console(file=StringIO(), width=80, color_system=None)
    console.print(Picture(SNAPSHOT), end="", crop=False)
    assert [line.rstrip() for line in console.file.getvalue().splitlines()] == SCREEN.splitlines()


class Watched(StringIO):
    """A terminal that tells when it is written to."""

    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture
def console(monkeypatch):
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return Console(file=Watched(), width=80, height=24, force_terminal=True, color_system="standard")


def shown_on(console, *snapshots):
    """Return what is written for each of the snapshots, one drawn after the other."""
    drawing, written = Drawing(console), []
    for snapshot in snapshots:
        console.file.truncate(0)
        console.file.seek(0)
        drawing.draw(snapshot)
        written.append(console.file.getvalue())
    return written


def test_only_what_has_changed_is_written(console):
    whole, nothing, little = shown_on(console, SNAPSHOT, SNAPSHOT, changed(SNAPSHOT, notice="oh"))
    assert "\x1b[2J" in whole
    assert "transpose" in whole
    assert nothing == ""
    assert "oh" in little
    assert "transpose" not in little


def test_a_terminal_of_another_size_is_drawn_anew(console):
    drawing = Drawing(console)
    drawing.draw(SNAPSHOT)
    console.size = (120, 40)
    console.file.truncate(0)
    drawing.draw(SNAPSHOT)
    assert "\x1b[2J" in console.file.getvalue()
    assert "\x1b[40;1H" in console.file.getvalue()


def test_a_terminal_that_takes_nothing_holds_nobody_up():
    pty = pytest.importorskip("pty", reason="no pseudo-terminals on Windows")
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as terminal:
        console = Console(file=terminal, width=200, height=60, force_terminal=True, color_system="standard")
        with Screen(console) as screen:
            for step in range(1000):  # far more than a terminal keeps for one who does not read
                screen.show(changed(SNAPSHOT, now=step / 10))
        os.close(master)  # the write that is stuck ends


def test_a_terminal_that_is_gone_is_told(console):
    def fail(text):
        raise OSError("the terminal is gone")

    def show_until_told():
        while True:
            screen.show(SNAPSHOT)

    with Screen(console) as screen:
        console.file.write = fail
        with pytest.raises(OSError, match="the terminal is gone"):
            show_until_told()


@pytest.mark.parametrize(
    ("tick", "words"),
    [(0, "A', B in 3 bars"), (8 * PPQ, "A', B in 1 beat"), (6 * PPQ + 240, "A', B in 1 bar")],
)
def test_the_section_and_the_next_one_stand_in_the_head(tick, words):
    assert words in draw(changed(SNAPSHOT, sections=Sections("A'", "B", 9 * PPQ), tick=tick))


def test_the_next_preset_comes_before_the_next_section():
    sections = Sections("A", "A", 9 * PPQ)
    shown = draw(changed(SNAPSHOT, coming=Coming("folk", 9 * PPQ), sections=sections, tick=0), width=120)
    assert "next folk in 3 bars, at bar 4   A, A in 3 bars" in shown
