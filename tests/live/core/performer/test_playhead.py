"""Where the music is, at 120 bpm: a tick comes 960 times a second."""

import pytest

from live.core.beat.tempo import TempoChange
from live.core.performer.playhead import Playhead, Stop
from presets.bundles.settings import SettingsError
from tests.live.core.planning.alphabet_music import context

HERE = context("abc")


def playing(*changes, tick=0):
    playhead = Playhead(120, changes)
    playhead.start(tick, 10.0)
    return playhead


def test_it_begins_at_its_tick_and_counts_its_takes():
    playhead = playing(tick=-1920)
    assert (playhead.first_tick, playhead.takes, playhead.transport.seconds_at(0)) == (-1920, 1, 12.0)


def test_stopped_it_remembers_the_next_sixteenth_and_the_tempo():
    playhead = playing()
    playhead.stop(HERE, 10.0 + 130 / 960)
    assert playhead.stopped == Stop(HERE, 240, 120)


def test_a_master_may_say_where_it_goes_on():
    playhead = playing()
    playhead.stop(HERE, 11.0, tick=720)
    assert playhead.stopped.tick == 720


@pytest.mark.parametrize("now", [9.0, 10.0])
def test_before_it_has_begun_there_is_no_place_to_go_on_from(now):
    playhead = playing()
    playhead.stop(HERE, now)
    assert playhead.stopped is None


def test_over_there_is_none_either():
    playhead = playing()
    playhead.is_over = True
    playhead.stop(HERE, 11.0)
    assert playhead.stopped is None


def test_it_goes_on_in_the_tempo_of_then():
    playhead = playing(TempoChange(480, 60))
    playhead.stop(HERE, 11.0)
    playhead.transport = None
    assert playhead.bpm == 60
    transport = playhead.go_on(playhead.stopped.tick, 20.0)
    assert (transport.bpm_at(1000), playhead.stopped, playhead.takes) == (60, None, 2)


def test_a_tempo_set_while_it_is_stopped_is_the_one_it_goes_on_in():
    playhead = playing()
    playhead.stop(HERE, 11.0)
    playhead.transport = None
    playhead.set_tempo(90)
    assert (playhead.stopped.bpm, playhead.bpm) == (90, 90)


def test_a_tempo_set_while_it_runs_takes_the_place_of_the_changes_to_come():
    playhead = playing(TempoChange(9600, 60))
    playhead.set_tempo(90)
    playhead.stop(HERE, 11.0)
    assert playhead.go_on(960, 20.0).bpm_at(10_000) == 120


def test_rewound_every_change_is_to_come_again():
    playhead = playing(TempoChange(9600, 60))
    playhead.set_tempo(90)
    playhead.is_over = True
    playhead.rewind()
    assert (playhead.transport, playhead.stopped, playhead.is_over) == (None, None, False)
    transport = playhead.start(0, 0.0)
    assert (transport.bpm_at(0), transport.bpm_at(10_000)) == (90, 60)


def test_a_tempo_out_of_range_changes_nothing():
    playhead = playing()
    with pytest.raises(SettingsError):
        playhead.set_tempo(1000)
    assert playhead.bpm == 120


def test_a_masters_transport_is_joined_at_its_tick():
    playhead = Playhead(90)
    master = playing().transport
    playhead.join(master, 480)
    assert (playhead.transport, playhead.first_tick, playhead.takes) == (master, 480, 1)
