"""From what was sent and heard to music on its beats; nothing that a crash leaves behind trips it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.recording import By
from presets.sets.records import (
    Beat,
    Begun,
    Closed,
    Copied,
    Halted,
    Heard,
    Interrupted,
    Opened,
    PartPlays,
    Plays,
    Section,
    Sent,
    Use,
)
from presets.sets.transcription import transcribe
from tests.presets.sets.hypothesis_records import (
    heard,
    idle,
    note,
    off,
    on,
    opened,
    plays,
    pressed,
    sent,
    take,
)


def notes(recording):
    return {
        track.name: [(n.tick, n.note, n.duration, n.velocity, n.channel) for n in track.notes]
        for track in recording.tracks
    }


def onsets(recording):
    return {track.name: [(n.tick, n.note) for n in track.notes] for track in recording.tracks}


def test_a_take_at_a_steady_tempo():
    records = [opened(), plays("chopin"), *take(1, note(0, 60), note(480, 64, 480, velocity=90))]
    recording = transcribe(records, "Friday")
    assert recording.name == "Friday"
    assert recording.meters == ((0, Meter(4, 4)),)
    assert recording.tempos == ((0, 500_000),)
    assert recording.markers == ((0, "chopin"),)
    assert [track.by for track in recording.tracks] == [By.SEGUE]
    assert notes(recording) == {"chopin": [(0, 60, 240, 64, 0), (480, 64, 480, 90, 0)]}
    assert recording.end == 960


def test_a_tempo_that_a_microsecond_cannot_say_is_one_tempo():
    records = [opened(bpm=90), *take(1, note(0, 60, 8 * 480), seconds=60 / 90)]
    assert transcribe(records, "").tempos == ((0, 666_667),)


def test_the_tempo_map_says_when_each_beat_came_and_moves_no_note():
    moments = [1.0, 1.5, 2.0, 2.4, 2.75, 3.1]
    records = [opened(), Begun(1.0, 1, 0)]
    records += [Beat(at, 1, beat * PPQ) for beat, at in enumerate(moments)]
    records += [*note(2 * PPQ + 120, 60, 120), *note(4 * PPQ, 62, 240)]
    recording = transcribe(records, "")
    assert recording.tempos == ((0, 500_000), (960, 400_000), (1440, 350_000))
    assert notes(recording)["segue"] == [(1080, 60, 120, 64, 0), (1920, 62, 240, 64, 0)]
    assert [recording.seconds_at(beat * PPQ) for beat in range(6)] == pytest.approx(
        [at - 1.0 for at in moments]
    )


def test_each_take_begins_on_the_next_bar_line_after_the_last_note():
    records = [
        *[opened(Meter(3, 4)), plays("chopin")],
        *take(1, note(0, 60, 1441)),
        *take(2, note(0, 62, take=2), at=60.0, seconds=0.4),
        *take(3, note(0, 64, take=3), at=90.0),
    ]
    recording = transcribe(records, "")
    assert onsets(recording) == {"chopin": [(0, 60), (2880, 62), (4320, 64)]}
    assert recording.tempos == ((0, 500_000), (2880, 400_000), (4320, 500_000))
    assert recording.markers == ((0, "chopin"),)


def test_a_take_that_goes_on_within_a_bar_stays_at_its_place_in_the_bar():
    records = [
        opened(),
        *take(1, note(0, 60)),
        *take(2, note(5 * 480, 62, take=2), at=60.0, first=4 * 480 + 240),
    ]
    assert onsets(transcribe(records, "")) == {"segue": [(0, 60), (1920 + 480, 62)]}


def test_a_take_without_a_note_takes_no_bar():
    records = [opened(), *take(1), *take(2, note(0, 60, take=2), at=60.0), *take(3, at=90.0)]
    recording = transcribe(records, "")
    assert onsets(recording) == {"segue": [(0, 60)]}
    assert recording.tempos == ((0, 500_000),)


def test_what_is_reported_late_belongs_to_its_own_take():
    records = [
        opened(),
        *take(1, on(0, 60)),
        *take(2, note(0, 62, take=2), at=60.0),
        off(480, 60),
        *note(960, 64),
    ]
    assert notes(transcribe(records, "")) == {
        "segue": [(0, 60, 480, 64, 0), (960, 64, 240, 64, 0), (1920, 62, 240, 64, 0)]
    }


def test_a_count_in_begins_its_bar_and_has_a_track_of_its_own():
    clicks = [note(tick, 77, 60, channel=9) for tick in range(-1920, 0, 480)]
    records = [opened(), plays("chopin"), *take(1, *clicks, note(0, 60), first=-1920)]
    recording = transcribe(records, "")
    assert onsets(recording) == {
        "chopin": [(1920, 60)],
        "count-in": [(0, 77), (480, 77), (960, 77), (1440, 77)],
    }
    assert [track.by for track in recording.tracks] == [By.SEGUE, By.COUNT_IN]


def test_each_part_has_a_track_by_its_output_and_channel():
    parts = (("bass", 1, 0), ("tenor", 2, 0), ("alto", 2, 0), ("soprano", 2, 1))
    records = [
        *[opened(), plays("bach", *parts)],
        *take(1, note(0, 72, channel=2, output=1), note(0, 60, channel=2), note(0, 48, channel=1)),
    ]
    assert onsets(transcribe(records, "")) == {
        "bach: bass": [(0, 48)],
        "bach: tenor, alto": [(0, 60)],
        "bach: soprano": [(0, 72)],
    }


def test_parts_that_all_share_a_channel_are_the_preset():
    records = [opened(), plays("bach", ("bass", 1), ("alto", 1)), *take(1, note(0, 72, channel=1))]
    assert onsets(transcribe(records, "")) == {"bach": [(0, 72)]}


def test_a_channel_of_no_part_is_named_as_players_count():
    records = [opened(), plays("bach"), *take(1, note(0, 72, channel=3))]
    assert onsets(transcribe(records, "")) == {"bach: channel 4": [(0, 72)]}


def test_another_preset_takes_over_on_its_line_whenever_that_is_written_down():
    records = [
        *[opened(), plays("chopin", ("piano", 0))],
        *take(
            1,
            plays("bach", ("organ", 0), take=1, tick=1920, at=2.0),
            sent(1920, 0xC0, 19),
            on(1440, 60),
            *note(1680, 61),
            *note(1920, 62),
            off(2160, 60),
        ),
    ]
    recording = transcribe(records, "")
    assert recording.markers == ((0, "chopin"), (1920, "bach"))
    # The note-off of the old preset's note comes while the new one plays.
    assert notes(recording) == {
        "chopin": [(1440, 60, 720, 64, 0), (1680, 61, 240, 64, 0)],
        "bach": [(1920, 62, 240, 64, 0)],
    }
    assert {track.name: track.controls for track in recording.tracks} == {
        "chopin": (),
        "bach": ((1920, b"\xc0\x13"),),
    }


def test_the_sound_of_a_part_that_plays_nothing_is_nobodys():
    records = [
        *[opened(), plays("pop", ("piano", 0), ("melody", 2))],
        *[sent(None, 0xC0, 0, take=None, at=0.5), sent(None, 0xC2, 73, take=None, at=0.5)],
        *take(
            1,
            note(0, 60),
            plays("bach", ("bass", 0), ("alto", 2), take=1, tick=1920, at=3.0),
            *[sent(1920, 0xC0, 52), sent(1920, 0xC2, 52)],
            *[note(1920, 48), note(2400, 64, channel=2)],
        ),
    ]
    assert {track.name: track.controls for track in transcribe(records, "").tracks} == {
        "pop: piano": ((0, b"\xc0\x00"),),
        "bach: bass": ((1920, b"\xc0\x34"),),
        "bach: alto": ((1920, b"\xc2\x34"),),
    }


def test_a_sound_chosen_while_the_player_plays_and_nothing_runs_is_of_the_next_take():
    records = [
        *[opened(), plays("chopin"), *take(1, note(0, 60))],
        idle(20.0, 0x90, 72, 80),
        *[sent(None, 0xC0, 19, take=None, at=20.1), plays("bach", at=20.2)],
        idle(21.0, 0x80, 72, 0),
        *take(2, note(0, 62, take=2), at=60.0),
    ]
    recording = transcribe(records, "")
    (begin,) = (tick for tick, preset in recording.markers if preset == "bach")
    assert {track.name: track.controls for track in recording.tracks} == {
        "chopin": (),
        "bach": ((begin, b"\xc0\x13"),),
        "player": (),
    }


def test_a_preset_chosen_while_nothing_runs_plays_from_the_next_take_on():
    records = [
        *[opened(), plays("chopin")],
        *take(1, note(0, 60)),
        plays("folk", at=20.0),
        plays("bach", at=30.0),
        sent(None, 0xC0, 19, take=None, at=30.0),
        *take(2, note(0, 62, take=2), at=60.0),
    ]
    recording = transcribe(records, "")
    assert recording.markers == ((0, "chopin"), (1920, "bach"))
    assert onsets(recording) == {"chopin": [(0, 60)], "bach": [(1920, 62)]}
    assert recording.tracks[1].controls == ((1920, b"\xc0\x13"),)


def test_the_player_is_on_a_track_of_their_own_once():
    records = [
        *[opened(), plays("chopin")],
        *take(
            1,
            note(0, 60),
            pressed(120, 72, channel=4),
            on(120, 72, hand=True),
            off(360, 72),
            pressed(480, 20, use=Use.CONTROL),
            pressed(480, 21, use=Use.ECHO),
        ),
    ]
    recording = transcribe(records, "")
    assert notes(recording) == {"chopin": [(0, 60, 240, 64, 0)], "player": [(120, 72, 240, 80, 4)]}
    assert recording.tracks[1].by is By.PLAYER


def test_each_input_that_played_has_its_own_track():
    records = [opened(inputs=("keys", "pads")), *take(1, pressed(0, 60, source=1), pressed(0, 62, source=7))]
    assert onsets(transcribe(records, "")) == {"player: pads": [(0, 60)], "player: input 8": [(0, 62)]}


def test_a_keyboard_whose_keys_are_all_up_rings_no_more():
    records = [opened(), *take(1, heard(0, 0x90, 60, 64), heard(480, 0xB0, 123, 0), beats=16)]
    recording = transcribe(records, "")
    assert notes(recording) == {"player": [(0, 60, 480, 64, 0)]}
    assert recording.tracks[0].controls == ()


def test_a_panic_is_no_music():
    def panic(tick):
        return [sent(tick, 0xB0 | channel, control, 0) for channel in range(16) for control in (64, 123, 120)]

    records = [
        opened(),
        *take(1, panic(0), sent(0, 0xF8), note(0, 60), sent(480, 0xB0, 64, 127), panic(960)),
    ]
    # But for the pedal that is really down.
    assert transcribe(records, "").tracks[0].controls == ((480, b"\xb0\x40\x7f"), (960, b"\xb0\x40\x00"))


def test_what_is_played_while_nothing_runs_stands_in_bars_of_its_own_at_the_tempo_of_then():
    records = [
        opened(),
        *take(1, note(0, 60), seconds=0.4),
        # Ten seconds later: two notes, half a second apart, then a minute of silence, and one more.
        idle(15.0, 0x90, 70, 64),
        idle(15.4, 0x80, 70, 0),
        idle(15.8, 0xB0, 64, 127),
        idle(16.0, 0x90, 72, 64),
        idle(16.4, 0x80, 72, 0),
        idle(76.0, 0x90, 74, 64),
        idle(76.2, 0x80, 74, 0),
        *take(2, note(0, 62, take=2), at=90.0, seconds=0.5),
    ]
    recording = transcribe(records, "")
    assert notes(recording) == {
        "segue": [(0, 60, 240, 64, 0), (5760, 62, 240, 64, 0)],
        "player": [(1920, 70, 480, 64, 0), (3120, 72, 480, 64, 0), (3840, 74, 240, 64, 0)],
    }
    assert recording.tempos == ((0, 400_000), (5760, 500_000))
    assert recording.tracks[1].controls == ((2880, b"\xb0\x40\x7f"),)


def test_a_long_key_is_no_silence():
    records = [opened(), idle(5.0, 0x90, 60, 64), idle(25.0, 0x90, 62, 64), idle(25.5, 0x80, 60, 0)]
    assert notes(transcribe(records, "")) == {
        "player": [(0, 60, 41 * 480, 64, 0), (40 * 480, 62, 480, 64, 0)]
    }


def test_a_key_that_is_let_go_after_the_take_rings_to_the_end_of_the_bar_at_most():
    soon = [opened(), *take(1, heard(7 * 480, 0x90, 60, 64), beats=8), idle(5.25, 0x80, 60, 0)]
    late = [opened(), *take(1, heard(7 * 480, 0x90, 60, 64), beats=9), idle(65.0, 0x80, 60, 0)]
    assert notes(transcribe(soon, "")) == {"player": [(3360, 60, 480, 64, 0)]}
    assert notes(transcribe(late, "")) == {"player": [(3360, 60, 5 * 480, 64, 0)]}


def test_a_note_that_a_crash_left_open_ends_at_the_last_moment_known():
    records = [opened(), *take(1, on(0, 60), on(480, 64), beats=3)[:-1], off(960, 64)]
    assert notes(transcribe(records, "")) == {"segue": [(0, 60, 1440, 64, 0), (480, 64, 480, 64, 0)]}


def test_notes_of_one_number_never_overlap_and_are_never_empty():
    struck_again = [on(0, 60), on(480, 60), off(720, 60)]
    together = [on(960, 62), *note(960, 62, 240, velocity=99)]
    records = [opened(), *take(1, *struck_again, *together, on(1200, 64), off(1200, 64))]
    assert notes(transcribe(records, "")) == {
        "segue": [(0, 60, 480, 64, 0), (480, 60, 240, 64, 0), (960, 62, 240, 99, 0), (1200, 64, 1, 64, 0)]
    }


def test_a_torn_journal_is_music_all_the_same():
    assert transcribe([], "nothing").tracks == ()
    # Neither its first line, nor that of the take.
    records = [Beat(5.0, 3, 960), *note(960, 60, take=3), Beat(5.5, 3, 1440), Sent(6.0, 3, 1440, b"")]
    recording = transcribe(records, "")
    assert notes(recording) == {"segue": [(960, 60, 240, 64, 0)]}
    assert (recording.meters, recording.tempos) == (((0, Meter(4, 4)),), ((0, 500_000),))


moments = st.one_of(st.floats(0, 40), st.floats())
ticks = st.one_of(st.integers(-4000, 20_000), st.integers(-(2**53), 2**53))
takes = st.integers(0, 3)
places = st.one_of(st.tuples(st.none(), st.none()), st.tuples(takes, ticks))
messages = st.one_of(
    st.tuples(st.sampled_from((0x80, 0x90, 0x99)), st.integers(60, 62), st.integers(0, 127)).map(bytes),
    st.tuples(st.just(0xB0), st.sampled_from((1, 64, 120, 123)), st.integers(0, 127)).map(bytes),
    st.binary(max_size=4),
)
numbers = st.integers(0, 1)
parts = st.lists(st.builds(PartPlays, st.sampled_from("ab"), numbers, numbers), max_size=3).map(tuple)
presets = st.sampled_from(("bach", "chopin"))
records = st.lists(
    st.one_of(
        st.builds(
            Opened,
            st.just(""),
            st.none(),
            st.builds(Meter, st.integers(1, 7), st.sampled_from((4, 8))),
            st.one_of(st.floats(20, 400), st.floats(min_value=0, exclude_min=True)),
            st.just(()),
            st.just(("keys",)),
        ),
        st.builds(lambda at, place, *rest: Plays(at, *place, *rest), moments, places, presets, parts),
        st.builds(Begun, moments, takes, ticks),
        st.builds(Beat, moments, takes, st.integers(-8, 40).map(lambda beat: beat * PPQ)),
        st.builds(Halted, moments, takes, ticks),
        st.builds(lambda at, place, *rest: Sent(at, *place, *rest), moments, places, messages, numbers),
        st.builds(lambda at, place, *rest: Heard(at, *place, *rest), moments, places, messages, numbers),
        st.builds(Copied, moments, takes, ticks, st.integers(2, 9), st.just("piece"), presets),
        st.builds(Closed, moments, numbers, numbers, numbers),
    ),
    max_size=60,
)


@given(records)
def test_any_records_in_any_order_are_a_recording_that_keeps_its_rules(any_records):
    recording = transcribe(any_records, "any")
    assert all(track.notes for track in recording.tracks)
    assert len({(track.by, track.name) for track in recording.tracks}) == len(recording.tracks)
    for track in recording.tracks:
        assert list(track.notes) == sorted(track.notes)
        assert all(n.tick >= 0 and n.duration >= 1 and 1 <= n.velocity <= 127 for n in track.notes)
        for key in {(n.channel, n.note) for n in track.notes}:
            same = [n for n in track.notes if (n.channel, n.note) == key]
            assert all(one.tick + one.duration <= other.tick for one, other in pairwise(same))
        assert [tick for tick, _ in track.controls] == sorted(tick for tick, _ in track.controls)
        assert all(tick >= 0 for tick, _ in track.controls)
    for changes in (recording.tempos, recording.markers):
        ticks = [tick for tick, _ in changes]
        assert ticks == sorted(set(ticks))
        assert all(tick >= 0 for tick in ticks)
    assert recording.tempos[0][0] == 0
    assert all(1 <= tempo < 1 << 24 for _, tempo in recording.tempos)
    assert recording.seconds_at(recording.end) >= 0


struck = st.lists(
    st.tuples(st.integers(0, 64).map(lambda step: step * 60), st.integers(0, 127), st.integers(1, 960)),
    unique_by=lambda row: row[1],
    max_size=30,
)


@given(st.lists(struck, min_size=1, max_size=4), st.integers(0, 3), st.lists(st.floats(0.2, 2.0), min_size=1))
def test_every_note_of_every_take_is_there_once_at_its_tick(played, bars_of_count_in, beat_seconds):
    """Whatever the tempo does, a note stands where it stood in its take, and takes are whole bars apart."""
    evening, at = [opened()], 1.0
    for number, rows in enumerate(played, 1):
        first = -1920 * bars_of_count_in
        evening.append(Begun(at, number, first))
        for beat in range(first // PPQ, 12):
            evening.append(Beat(at, number, beat * PPQ))
            at += beat_seconds[beat % len(beat_seconds)]
        timed = [(tick, 1, pitch) for tick, pitch, _ in rows]
        timed += [(tick + duration, 0, pitch) for tick, pitch, duration in rows]
        for tick, is_on, pitch in sorted(timed):
            evening.append((on if is_on else off)(tick, pitch, take=number, at=at))
    recording = transcribe(evening, "")
    found = [(n.tick, n.note) for track in recording.tracks for n in track.notes]
    assert len(found) == sum(map(len, played))
    base = 0
    for rows in played:
        if rows:
            base += bars_of_count_in * 1920
            wanted = sorted((base + tick, pitch) for tick, pitch, _ in rows)
            assert found[: len(rows)] == wanted
            del found[: len(rows)]
            base = -(-(base + max(tick + duration for tick, _, duration in rows)) // 1920) * 1920


def test_sections_stand_on_the_bar_line_where_they_begin_take_after_take():
    recording = transcribe(
        [
            opened(),
            plays("chopin"),
            *take(1, Section(1.0, 1, 0, "A"), note(0, 60), Section(3.0, 1, 1920, "B"), note(1920, 62)),
            *take(2, Section(9.0, 2, 0, "A"), note(480, 64, take=2), at=9.0),
        ],
        "Friday",
    )
    assert recording.sections == ((0, "A"), (1920, "B"), (3840, "A"))
    assert recording.marks() == ((0, "chopin A"), (1920, "B"), (3840, "A"))
    assert recording.marks(besides="chopin")[0] == (0, "A")


def test_a_section_of_which_nothing_was_played_is_left_out():
    recording = transcribe([opened(), *take(1, note(0, 60), Section(5.0, 1, 3840, "B"))], "Friday")
    assert recording.sections == ()


class TestInterrupted:
    """segue was killed at tick 1440 (2.5 s), and another process plays on in the same take from bar 3 on."""

    DEATH = Interrupted(2.5, 1, 1440, 2.0, "killed")

    def test_what_sounded_ends_there_and_the_take_goes_on(self):
        recording = transcribe(
            [
                *[opened(), plays("chopin")],
                *take(1, on(1200, 60), self.DEATH, note(3840, 64), beats=12),
            ],
            "",
        )
        assert notes(recording) == {"chopin": [(1200, 60, 240, 64, 0), (3840, 64, 240, 64, 0)]}
        assert recording.markers == ((0, "chopin"),)

    def test_a_note_that_the_ports_ended_a_little_later_is_not_ended_twice(self):
        late = off(1450, 60)
        recording = transcribe([opened(), *take(1, on(1200, 60), late, self.DEATH, on(3840, 60))], "")
        assert notes(recording)["segue"][0] == (1200, 60, 250, 64, 0)

    def test_what_the_musician_held_ends_too_and_their_late_release_is_nothing(self):
        held = heard(960, 0x90, 70, 80)
        released = heard(3000, 0x80, 70, 0)
        again = pressed(3840, 70)
        recording = transcribe([opened(), *take(1, held, self.DEATH, released, again, beats=12)], "")
        assert notes(recording) == {"player": [(960, 70, 480, 80, 0), (3840, 70, 240, 80, 0)]}

    def test_a_pedal_that_was_down_comes_up(self):
        pedal = heard(960, 0xB2, 64, 127)
        recording = transcribe(
            [opened(), *take(1, pressed(960, 70, channel=2), pedal, self.DEATH, pressed(3840, 70), beats=12)],
            "",
        )
        (track,) = recording.tracks
        assert track.controls == ((960, bytes([0xB2, 64, 127])), (1440, bytes([0xB2, 64, 0])))

    def test_between_takes_what_was_played_alone_ends_at_its_moment(self):
        death = Interrupted(2.0, None, None, 2.0, "killed")
        recording = transcribe([opened(), idle(1.0, 0x90, 60, 64), death, idle(9.0, 0x80, 60, 0)], "")
        assert notes(recording) == {"player": [(0, 60, 960, 64, 0)]}

    def test_its_place_is_in_the_recording_though_nothing_else_is_known_of_it(self):
        recording = transcribe(
            [opened(), *take(1, on(480, 60), beats=2), Interrupted(9.0, 1, 7680, 1, "")], ""
        )
        assert notes(recording) == {"segue": [(480, 60, 7200, 64, 0)]}
