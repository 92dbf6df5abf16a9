"""What the recorder writes: everything that left and came in, and where that was in the music."""

import pytest
from mido import Message

from live.core.controls.binding import Binding
from live.core.planning.states import Length
from live.core.planning.style import Style
from live.ports.reports import REPORT_SECONDS, MessageReceived
from presets.bundles.settings import Meter, Part
from presets.music.form import Forms
from presets.sets.records import (
    Beat,
    Begun,
    Closed,
    Halted,
    Heard,
    Opened,
    PartPlays,
    Plays,
    Section,
    Sent,
    Use,
)
from tests.live.stage.alphabet import CONTROLS, RhythmicAlphabet
from tests.live.stage.virtual_stage import VirtualStage
from tests.presets.music.bars import piece

FORMS = Forms.build([piece(*(60, 65, 67, 60) * 3), piece(*(57, 64, 50, 57, 52, 59, 60, 50))], 1)


def on_stage(**options):
    stage = VirtualStage(**options)
    if not options.get("wait"):
        stage.performer.start()
    return stage


def of(stage, *kinds):
    return [record for record in stage.records if isinstance(record, kinds)]


def bytes_of(*words, **values):
    return bytes(Message(*words, **values).bin())


def test_it_begins_with_what_is_going_to_be_performed():
    stage = VirtualStage(meter=Meter(3, 4), bpm=90)
    assert stage.records == [
        Opened("", None, Meter(3, 4), 90, ("memory:out",), ("keyboard", "memory:in")),
        Plays(0.0, None, None, "alphabet", (PartPlays("piano", 0),)),
    ]


def test_each_beat_stands_where_it_came_and_each_take_begins_and_halts():
    stage = on_stage(bpm=60)
    stage.type(" ", at=2.6)
    stage.type("s", at=4.0)
    stage.play_until(6.0)
    assert of(stage, Begun, Beat, Halted) == [
        Begun(0.1, 1, 0),
        Beat(0.1, 1, 0),
        Beat(1.1, 1, 480),
        Beat(2.1, 1, 960),
        Halted(2.6, 1, 1200),
        Begun(4.1, 2, 0),
        Beat(4.1, 2, 0),
        Beat(5.1, 2, 480),
    ]


def test_a_tempo_that_changes_within_a_beat_moves_no_note_from_its_tick():
    stage = on_stage(bpm=120)
    for at in (0.7, 1.3, 1.9, 2.2):
        stage.type("+", at=at)
    stage.play_until(8.0)
    ons = [record for record in of(stage, Sent) if record.message[0] == 0x90]
    assert len(ons) > 30
    assert {record.tick % 240 for record in ons} == {0}


@pytest.mark.parametrize("latency", [0.05, -0.05])
def test_latency_moves_the_moment_of_a_note_and_not_its_tick(latency):
    stage = on_stage(latency_seconds=latency, length=Length(ticks=960))
    stage.play_until(10)
    ons = [(record.take, record.tick) for record in of(stage, Sent) if record.message[0] == 0x90]
    assert ons == [(1, 0), (1, 240), (1, 480), (1, 720)]


def test_another_preset_plays_from_the_line_on():
    organ = Style("organ", RhythmicAlphabet(480), (Part("organ", channel=4),), CONTROLS)
    stage = on_stage(others=(organ,))
    stage.type("2", at=1.0)
    stage.play_until(4.0)
    assert of(stage, Plays)[-1] == Plays(2.1, 1, 1920, "organ", (PartPlays("organ", 4),))
    ticks = {0x90: [], 0x94: []}
    for record in of(stage, Sent):
        if record.message[0] in ticks:
            ticks[record.message[0]].append(record.tick)
    assert max(ticks[0x90]) < 1920 <= min(ticks[0x94])


def test_a_preset_plays_from_its_line_on_though_the_next_is_requested_before_it():
    organ, flute = (
        Style(name, RhythmicAlphabet(480), (Part(name, channel=channel),), CONTROLS)
        for name, channel in (("organ", 4), ("flute", 5))
    )
    stage = on_stage(others=(organ, flute), lead_seconds=0.08, latency_seconds=0.08)
    # At 2.05 s the bar line of 2.1 s is handed over already: what is typed then comes a bar later.
    stage.type("2", at=1.0)
    stage.type("3", at=2.05)
    stage.play_until(6.0)
    assert [(plays.preset, plays.tick) for plays in of(stage, Plays)[1:]] == [
        ("organ", 1920),
        ("flute", 3840),
    ]


def test_what_comes_in_is_music_or_a_knob_or_a_clock():
    stage = on_stage(bindings=[Binding("temperature", control=21)], bpm=120)
    stage.at(0.5, MessageReceived(0.5, 0, Message("control_change", control=21, value=64)))
    stage.at(0.6, MessageReceived(0.6, 0, Message("note_on", note=40, velocity=90)))
    stage.at(0.7, MessageReceived(0.7, 1, Message("clock")))
    stage.play_until(1.0)
    heard = [(record.use, record.message, record.input) for record in of(stage, Heard)]
    assert heard == [
        (Use.CONTROL, bytes_of("control_change", control=21, value=64), 0),
        (Use.MUSIC, bytes_of("note_on", note=40, velocity=90), 0),
        (Use.CLOCK, bytes_of("clock"), 1),
    ]
    (note,) = (record for record in of(stage, Heard) if record.message[1:2] == bytes([40]))
    assert (note.take, note.tick) == (1, 480)


def test_what_comes_back_by_a_loop_is_no_music():
    stage = on_stage()
    looped = 0
    while stage.clock.now() < 5:
        stage.play_until(stage.clock.now() + 0.01)
        for at, message in stage.sent[looped:]:
            stage.at(stage.clock.now(), MessageReceived(at + 0.01, 1, message))
        looped = len(stage.sent)
    uses = [record.use for record in of(stage, Heard)]
    assert uses[:3] == [Use.MUSIC] * 3  # may still be chance
    assert set(uses[5:]) == {Use.ECHO}


def test_what_a_hand_plays_through_is_marked_and_a_note_off_is_nobodys():
    stage = on_stage(wait=True, thru=["3"])
    stage.keys("k", at=0.5)
    stage.play_until(0.9)
    through = [record for record in of(stage, Sent) if record.message[0] in (0x92, 0x82)]
    assert [(record.message[0], record.hand, record.take, record.tick) for record in through] == [
        (0x92, True, None, None),
        (0x82, False, None, None),
    ]


@pytest.mark.parametrize("stopped", [0.06, 0.08, 0.31, 0.33, 0.349, 0.58])
def test_a_note_that_is_stopped_as_it_begins_begins_before_it_ends(stopped):
    """What the port has got and cannot give back leaves, and then its end: never the other way round."""
    stage = on_stage(lead_seconds=1 / 16)
    stage.type(" ", at=stopped)
    stage.play_until(2.0)
    sent = [(record.at, record.message) for record in of(stage, Sent)]
    assert [at for at, _ in sent] == sorted(at for at, _ in sent)
    sounding = set()
    for _, message in sent:
        if message[0] == 0x90:
            sounding.add(message[1])
        elif message[0] == 0x80:
            sounding.remove(message[1])
    assert not sounding


def test_what_was_sent_stands_there_soon():
    stage = on_stage(step=4.0, lead_seconds=0.02)
    kept, late = stage.recorder._keep, []

    def keep(record):
        if isinstance(record, Sent):
            late.append(stage.clock.now() - record.at)
        kept(record)

    stage.recorder._keep = keep
    stage.play_until(30)
    assert len(late) > 10
    assert max(late) <= REPORT_SECONDS + 0.02


def test_the_end_says_what_was_played():
    stage = on_stage(length=Length(events=3))
    stage.play_until(10)
    stage.recorder.close(stage.status, stage.link.dropped)
    assert stage.records[-1] == Closed(round(stage.clock.now(), 6), 3, 0, 0)


def test_each_section_stands_where_it_begins_and_a_new_take_begins_it_anew():
    stage = on_stage(bpm=240, predictor=RhythmicAlphabet(480), forms=FORMS)
    stage.play_until(9.0)
    stage.type(" ", at=9.0)
    stage.type("s", at=10.0)
    stage.play_until(13.0)
    sections = of(stage, Section)
    assert [(section.take, section.tick) for section in sections] == [(1, 0), (1, 7680), (1, 15360), (2, 0)]
    assert sections[0].label == sections[-1].label == "A"
    assert {round(section.at - 0.1, 3) for section in sections[:3]} == {0.0, 4.0, 8.0}
