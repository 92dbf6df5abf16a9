"""`--bpm`, `--tempo-change`, `--meter`, `--swing`, and how long it plays."""

import argparse

import pytest

from live.arguments.time import (
    add_time_arguments,
    read_bpm,
    read_length,
    read_meter,
    read_swing,
    read_tempo_changes,
)
from live.core.beat.tempo import TempoChange
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter, Settings
from presets.errors import UsageError

SETTINGS = Settings("waltz", "three beats", bpm=90, meter=Meter(3, 4))


def parse(*options, bars=None, seconds=None):
    parser = argparse.ArgumentParser()
    add_time_arguments(parser)
    arguments = parser.parse_args(options)
    arguments.bars, arguments.seconds = bars, seconds
    return arguments


def test_what_is_not_given_is_the_presets_own():
    nothing = parse()
    assert read_bpm(nothing, SETTINGS) == 90
    assert read_meter(nothing, SETTINGS) == Meter(3, 4)
    assert read_swing(nothing) == 50
    assert read_tempo_changes(nothing, Meter(3, 4)) == ()


def test_tempo_changes_are_in_bars_of_the_meter_and_in_order():
    arguments = parse("--tempo-change", "9-13:140", "--tempo-change", "5:96.5")
    assert read_tempo_changes(arguments, Meter(3, 4)) == (
        TempoChange(4 * 1440, 96.5),
        TempoChange(8 * 1440, 140, 4 * 1440),
    )


@pytest.mark.parametrize(
    "text", ["", "9", "9:", ":96", "0:96", "13-9:96", "9-:96", "a:96", "9:-96", "1000001:96"]
)
def test_a_tempo_change_that_cannot_be_read_is_refused(text):
    with pytest.raises(
        UsageError, match=r"^--tempo-change must be BAR:BPM or BAR-BAR:BPM, such as 9:96 or 9-13:140, got "
    ):
        read_tempo_changes(parse("--tempo-change", text), Meter(4, 4))


@pytest.mark.parametrize("second", ["9:96", "10:96", "12-20:96"])
def test_tempo_changes_that_run_into_each_other_are_refused(second):
    with pytest.raises(
        UsageError, match=r"^each --tempo-change must begin after the previous one has ended, got"
    ):
        read_tempo_changes(parse("--tempo-change", "9-13:140", "--tempo-change", second), Meter(4, 4))


def test_a_tempo_out_of_range_is_refused():
    with pytest.raises(UsageError, match=r"^the tempo \(bpm\) must be 20\.\.400, got 401$"):
        read_tempo_changes(parse("--tempo-change", "9:401"), Meter(4, 4))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("waltz", "--meter must be 'preset' or a time signature such as 4/4 or 6/8, got 'waltz'"),
        ("4/5", "a time signature's denominator must be 1, 2, 4, 8, 16 or 32, got 5"),
        ("0/4", "a time signature's numerator must be 1..32, got 0"),
    ],
)
def test_a_meter_that_is_none_is_refused(text, message):
    with pytest.raises(UsageError) as refused:
        read_meter(parse("--meter", text), SETTINGS)
    assert str(refused.value) == message


def test_a_swing_out_of_range_is_refused():
    with pytest.raises(UsageError, match=r"^the swing \(percent\) must be 50\.\.75, got 80$"):
        read_swing(parse("--swing", "80"))


def test_seconds_are_those_of_the_changing_tempo():
    changes = (TempoChange(960, 60),)
    assert read_length(parse(seconds=3.0), 120, changes).ticks == 960 + 960
    assert read_length(parse(bars=2), 120, changes).end(BarLines.of(Meter(3, 4))) == 2 * 1440
    assert read_length(parse(), 120, ()).ticks is None
