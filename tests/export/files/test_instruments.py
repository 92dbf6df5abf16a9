from collections import Counter, defaultdict

import pytest
from hypothesis import given

from export.files.instruments import (
    BLOCKS_A_SECOND,
    DRUMS,
    LONGEST,
    PEDAL,
    Instrument,
    Played,
    instruments,
)
from export.tempo_map import TempoMap
from presets.music.event import PPQ
from presets.sets.recording import By, Recorded, Recording
from tests.export.files.recordings import control, program, recording, recordings, track

HALF_A_SECOND = BLOCKS_A_SECOND // 2


def places(*tracks) -> list[tuple[int, int]]:
    return [(each.synthesizer, each.channel) for each in instruments(recording(*tracks))]


def test_a_note_keeps_its_moments() -> None:
    (piano,) = instruments(recording(track(Recorded(PPQ, 60, 2 * PPQ, 70))))

    end = 3 * HALF_A_SECOND
    assert piano.notes == (Played(HALF_A_SECOND, end, 60, 70, until=end),)


def test_two_tracks_on_one_channel_become_two_instruments_each_with_its_own_program() -> None:
    first = track(Recorded(0, 60, 10, 70, 4), controls=[program(4, 19)])
    second = track(Recorded(0, 60, 10, 70, 4), controls=[program(4, 40)])

    one, other = instruments(recording(first, second))

    assert (one.channel, one.controls[0]) == (0, program(0, 19))
    assert (other.channel, other.controls[0]) == (1, program(1, 40))


def test_a_track_on_two_channels_becomes_two_instruments() -> None:
    player = track(
        Recorded(0, 60, 10, 70, 2), Recorded(5, 62, 10, 70, 3), controls=[program(3, 5), program(2, 6)]
    )

    low, high = instruments(recording(player))

    assert low.controls[0] == program(0, 6)
    assert high.controls[0] == program(1, 5)


def test_drums_stay_drums_and_nobody_else_becomes_some() -> None:
    melodies = [track(Recorded(0, 60, 10, 70)) for _ in range(16)]
    drums = [track(Recorded(0, 60, 10, 70, DRUMS)) for _ in range(2)]

    found = places(*melodies, *drums)

    assert found[-2:] == [(0, DRUMS), (1, DRUMS)]
    assert found[8:10] == [(0, 8), (0, 10)]
    assert found[14:16] == [(0, 15), (1, 0)]


def test_nobody_plays_a_count_in() -> None:
    clicks = track(Recorded(0, 76, 10, 127, DRUMS), by=By.COUNT_IN)
    music = track(Recorded(4 * PPQ, 60, 10, 70))
    drums = track(Recorded(4 * PPQ, 36, 10, 70, DRUMS))

    assert places(clicks, music, drums) == [(0, 0), (0, DRUMS)]
    assert places(clicks) == []


def test_a_pedal_keeps_a_note_until_it_lifts() -> None:
    (piano,) = instruments(
        recording(
            track(
                Recorded(0, 60, PPQ, 70),
                Recorded(0, 62, 4 * PPQ, 70),
                controls=[control(0, 64, 127, 10), control(0, 64, 0, 3 * PPQ)],
            )
        )
    )

    assert [note.until / HALF_A_SECOND for note in piano.notes] == [3, 4]


def test_a_pedal_that_nobody_lifts_lifts_after_the_music() -> None:
    (piano,) = instruments(recording(track(Recorded(0, 60, PPQ, 70), controls=[control(0, 64, 127)])))

    assert piano.controls[-1] == control(0, 64, 0, HALF_A_SECOND + PEDAL)
    assert piano.notes[0].until == HALF_A_SECOND + PEDAL


def test_a_note_that_hung_ends_some_time() -> None:
    (piano,) = instruments(recording(track(Recorded(0, 60, 7200 * 2 * PPQ, 70))))

    assert piano.notes[0].until == LONGEST


@given(recordings())
@pytest.mark.slow
def test_every_note_is_played_in_its_block_and_ends(recording: Recording) -> None:
    moments = TempoMap(recording)
    ensemble = instruments(recording)

    assert Counter((note.note, note.velocity) for each in ensemble for note in each.notes) == Counter(
        (note.note, note.velocity) for track in recording.tracks for note in track.notes
    )
    begins = sorted(note.begin for each in ensemble for note in each.notes)
    meant = sorted(moments.seconds_at(note.tick) for track in recording.tracks for note in track.notes)
    for block, seconds in zip(begins, meant, strict=True):
        # Half a block, or the few that notes of one number wait for each other that last no block.
        assert abs(block - seconds * BLOCKS_A_SECOND) <= 13
    assert len({(each.synthesizer, each.channel) for each in ensemble}) == len(ensemble)
    for each in ensemble:
        assert notes_are_apart(each)
        assert [block for block, _ in each.controls] == sorted(block for block, _ in each.controls)
        assert {message[0] & 0x0F for _, message in each.controls} == {each.channel}


def notes_are_apart(instrument: Instrument) -> bool:
    ends: dict[int, int] = defaultdict(int)
    for note in instrument.notes:
        if not ends[note.note] <= note.begin < note.end <= note.until:
            return False
        ends[note.note] = note.end
    return True
