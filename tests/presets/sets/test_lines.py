"""The lines of a journal: what each record looks like, and that whatever stands in a file does no harm."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.sets.lines import LaterFormatError, LineError, from_line, to_line
from presets.sets.records import Beat, Begun, Closed, Copied, Halted, Heard, PartPlays, Plays, Sent, Use
from tests.presets.sets.journal_records import NOTE, OPENED, PROGRAM, records

LINES = {
    OPENED: '{"type":"opened","format":1,"began":"2026-11-21T19:30:00.250+01:00","meter":"4/4","bpm":120.0,'
    '"outputs":["segue:out"],"inputs":["segue:in"]}',
    Plays(0.0, None, None, "bach", (PartPlays("soprano", 0), PartPlays("bass", 3, 1))): '{"type":"plays",'
    '"at":0.0,"preset":"bach","parts":[{"name":"soprano","channel":1},{"name":"bass","channel":4,"output":1}]}',
    Plays(2.0, 1, 1920, "bach", (PartPlays("bass", 3),), "Chorale"): '{"type":"plays","at":2.0,"take":1,'
    '"tick":1920,"preset":"bach","parts":[{"name":"bass","channel":4}],"title":"Chorale"}',
    Begun(0.1, 1, -1920): '{"type":"begun","at":0.1,"take":1,"tick":-1920}',
    Beat(0.6, 1, -1440): '{"type":"beat","at":0.6,"take":1,"tick":-1440}',
    Halted(0.7, 1, -1350): '{"type":"halted","at":0.7,"take":1,"tick":-1350}',
    PROGRAM: '{"type":"sent","at":0.01,"midi":"c0 13"}',
    NOTE: '{"type":"sent","at":0.1,"take":1,"tick":0,"midi":"90 3c 40"}',
    Sent(0.1, 1, 0, b"\x90\x3c\x40", 2, True): '{"type":"sent","at":0.1,"take":1,"tick":0,"midi":"90 3c 40",'
    '"out":2,"hand":true}',
    Heard(1.25, None, None, b"\xb0\x40\x7f", 1, Use.CONTROL): '{"type":"heard","at":1.25,"midi":"b0 40 7f",'
    '"in":1,"use":"control"}',
    Heard(1.25, 2, 480, b"\x80\x3c\x00"): '{"type":"heard","at":1.25,"take":2,"tick":480,"midi":"80 3c 00"}',
    Copied(9.5, 2, 960, 7, "BWV 269", "bach"): '{"type":"copied","at":9.5,"take":2,"tick":960,"events":7,'
    '"piece":"BWV 269","preset":"bach"}',
    Closed(12.0, 40, 1, 0): '{"type":"closed","at":12.0,"events":40,"dropped":1,"rested":0}',
}


@pytest.mark.parametrize(("record", "line"), LINES.items(), ids=lambda value: str(value)[:20])
def test_each_record_is_a_line_that_can_be_read_without_segue(record, line):
    assert to_line(record) == line + "\n"
    assert from_line(line) == record


@given(records)
def test_what_was_written_is_read(record):
    line = to_line(record)
    assert line.isascii()
    assert line.index("\n") == len(line) - 1
    assert from_line(line) == record


@given(st.floats(-1e9, 1e9))
def test_moments_are_kept_to_the_microsecond(at):
    assert from_line(to_line(Closed(at, 0, 0, 0))).at == pytest.approx(at, rel=0, abs=0.6e-6)


def test_what_a_later_version_adds_is_passed_over():
    assert from_line('{"type":"applause","at":1.0}') is None
    assert from_line('{"type":"beat","at":1.0,"take":1,"tick":480,"loudness":3}') == Beat(1.0, 1, 480)


def test_half_a_character_in_a_name_is_read_as_a_question_mark():
    line = to_line(Copied(1.0, 1, 0, 4, "F\udcfcr Elise", "chopin"))
    assert line.isascii()
    assert from_line(line) == Copied(1.0, 1, 0, 4, "F?r Elise", "chopin")


def test_a_later_format_is_said():
    line = to_line(OPENED).replace('"format":1', '"format":2')
    with pytest.raises(
        LaterFormatError, match=r"^it has format 2, but this version reads 1: install a newer segue$"
    ):
        from_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\x00\x00\x00",
        '{"type":"beat","at":1.0,"take":1,"ti',
        "[]",
        "7",
        '{"at":1.0}',
        '{"type":["beat"]}',
        "[" * 100_000,
        '{"type":"beat","at":1.0,"take":1}',
        '{"type":"beat","at":NaN,"take":1,"tick":0}',
        '{"type":"beat","at":1.0,"take":-1,"tick":0}',
        '{"type":"beat","at":1.0,"take":1,"tick":1.5}',
        '{"type":"beat","at":1.0,"take":1,"tick":' + "9" * 5000 + "}",
        '{"type":"sent","at":1.0,"midi":""}',
        '{"type":"sent","at":1.0,"midi":"3c 40"}',
        '{"type":"sent","at":1.0,"midi":"90 3c"}',
        '{"type":"sent","at":1.0,"midi":"90 3c 80"}',
        '{"type":"sent","at":1.0,"midi":"f0 01"}',
        '{"type":"sent","at":1.0,"midi":"f4"}',
        '{"type":"heard","at":1.0,"midi":"90 3c 40","use":"applause"}',
        '{"type":"plays","at":1.0,"preset":"bach","parts":[{"name":"bass","channel":0}]}',
        '{"type":"plays","at":1.0,"preset":"bach","parts":["bass"]}',
        '{"type":"opened","format":1,"began":"","meter":"4/5","bpm":120,"outputs":[],"inputs":[]}',
        '{"type":"opened","format":1,"began":"","meter":"4/4","bpm":0,"outputs":[],"inputs":[]}',
        '{"type":"opened","format":"1","began":"","meter":"4/4","bpm":120,"outputs":[],"inputs":[]}',
    ],
    ids=lambda line: line[:60] or "nothing",
)
def test_a_damaged_line_is_no_record(line):
    with pytest.raises(LineError, match="not a line of a journal"):
        from_line(line)


@given(records, st.data())
def test_damage_anywhere_makes_another_record_or_none(record, data):
    line = to_line(record)
    place = data.draw(st.integers(0, len(line) - 1))
    damaged = line[:place] + data.draw(st.characters()) + line[place + 1 :]
    with suppress(LineError):
        from_line(damaged)
