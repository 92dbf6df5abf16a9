from collections import Counter

import pytest
from hypothesis import given

from export.files import stretches as module
from export.files.instruments import BLOCKS_A_SECOND, instruments
from export.files.stretches import STRETCH, TAIL, Stretch, stretches
from presets.music.event import PPQ
from presets.sets.recording import Recorded, Recording
from tests.export.files.recordings import control, program, recording, recordings, track

MINUTE = 120 * PPQ
"""Ticks, at 120 bpm."""


def cut(*tracks) -> list[Stretch]:
    return list(stretches(instruments(recording(*tracks))))


def test_music_of_a_minute_is_one_stretch_that_rings_out() -> None:
    (stretch,) = cut(track(Recorded(PPQ, 60, PPQ, 70)))

    assert (stretch.begin, stretch.length) == (0, BLOCKS_A_SECOND + TAIL)
    assert stretch.cues == (
        (
            (375, bytes((0x90, 60, 70))),
            (750, bytes((0x80, 60, 0))),
            (750, bytes((0xB0, 64, 0))),
            (750, bytes((0xB0, 123, 0))),
        ),
    )


def test_a_note_belongs_to_the_stretch_in_which_it_begins() -> None:
    first, second = cut(track(Recorded(MINUTE - PPQ, 60, 3 * PPQ, 70), Recorded(MINUTE, 62, PPQ, 70)))

    assert first.length == STRETCH + BLOCKS_A_SECOND + TAIL
    assert [message for _, message in first.cues[0] if message[0] == 0x90] == [bytes((0x90, 60, 70))]
    assert (second.begin, second.cues[0][0]) == (STRETCH, (0, bytes((0x90, 62, 70))))


def test_silence_is_no_stretch() -> None:
    assert [
        stretch.begin for stretch in cut(track(Recorded(0, 60, 9, 70), Recorded(5 * MINUTE, 60, 9, 70)))
    ] == [
        0,
        5 * STRETCH,
    ]


def test_a_stretch_begins_as_the_music_stands() -> None:
    turned = [
        program(0, 9),
        control(0, 0, 1, 10),
        program(0, 19, 20),
        control(0, 64, 127, 30),
        control(0, 101, 0, 40),
        control(0, 6, 12, 50),
        control(0, 101, 127, 60),
        control(0, 64, 0, 70),
    ]

    _, later = cut(track(Recorded(0, 60, 9, 70), Recorded(MINUTE, 60, 9, 70), controls=turned))

    assert [message for block, message in later.cues[0] if block == 0] == [
        control(0, 0, 1)[1],
        program(0, 19)[1],
        control(0, 101, 0)[1],
        control(0, 6, 12)[1],
        control(0, 101, 127)[1],
        control(0, 64, 0)[1],
        bytes((0x90, 60, 70)),
    ]


def test_synthesizers_play_apart() -> None:
    (stretch,) = cut(*(track(Recorded(0, 60 + number, 9, 70)) for number in range(17)))

    assert [len({message[0] & 0x0F for _, message in cues}) for cues in stretch.cues] == [15, 2]


@given(recordings())
def test_each_note_is_struck_once_and_let_go(recording: Recording) -> None:
    ensemble = instruments(recording)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "STRETCH", 2 * BLOCKS_A_SECOND)
        parts = list(stretches(ensemble))

    struck = Counter(
        (part.begin + block, message[1], message[2])
        for part in parts
        for cues in part.cues
        for block, message in cues
        if message[0] & 0xF0 == 0x90
    )
    assert struck == Counter(
        (note.begin, note.note, note.velocity) for each in ensemble for note in each.notes
    )
    for part in parts:
        for cues in part.cues:
            sounding: set[tuple[int, int]] = set()
            for _, message in cues:
                key = message[0] & 0x0F, message[1]
                if message[0] & 0xF0 == 0x90:
                    assert key not in sounding
                    sounding.add(key)
                elif message[0] & 0xF0 == 0x80:
                    sounding.remove(key)
            assert not sounding
            assert all(0 <= block <= part.length - TAIL for block, _ in cues)
