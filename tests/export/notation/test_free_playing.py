import dataclasses

import pytest

from export.notation.bars import bars_until
from export.notation.free_playing import find_free_playing
from export.notation.layout import lay_out
from export.notation.quantising import Beats, quantise
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.recording import By, Recorded
from tests.export.notation.recordings import melody, recording

BARS = bars_until([(0, Meter(4, 4))], 8 * 96)
PLACES = Beats(BARS).places


def late(by: float, *beats: float) -> list[Recorded]:
    return melody(*((beat + by, 0.4, 60 + index) for index, beat in enumerate(beats)))


@pytest.mark.parametrize(
    "beats", [(0, 1, 2, 3), (0, 1 / 3, 2 / 3, 1), (0, 0.25, 0.5, 0.75, 1), (0, 0.75, 1, 1.75)]
)
@pytest.mark.parametrize("by", [-0.04, 0, 0.05])
def test_who_strikes_the_beats_keeps_to_them(beats: tuple[float, ...], by: float) -> None:
    assert find_free_playing(late(4 + by, *beats), PLACES) == []


def test_a_late_phrase_is_free_and_the_next_one_is_judged_anew() -> None:
    phrases = [*late(0.67, 0, 1, 1.5, 2), *late(8, 0, 1, 2, 3)]
    assert find_free_playing(phrases, PLACES) == [range(phrases[0].tick, phrases[3].tick + 1)]


def test_free_playing_is_written_in_eighths() -> None:
    notes = late(0.67, 0, 1, 1.5, 2)
    free = find_free_playing(notes, PLACES)
    assert [note.begin for note in quantise(notes, BARS)] != [12, 36, 48, 60]
    assert [note.begin for note in quantise(notes, BARS, free)] == [12, 36, 48, 60]


@pytest.mark.parametrize("parts", [3, 4])
def test_notes_that_follow_each_other_become_no_chord(parts: int) -> None:
    notes = late(0.1, *(part / parts for part in range(parts)))
    assert len({note.begin for note in quantise(notes, BARS, [range(8 * PPQ)])}) == parts


def test_only_players_are_free() -> None:
    music = recording(late(0.67, 0, 1, 1.5, 2), by=By.PLAYER)
    (track,) = music.tracks
    by_segue = dataclasses.replace(music, tracks=(dataclasses.replace(track, by=By.SEGUE),))
    tuplets = [
        any(
            sign.value.tuplet
            for part in lay_out(sheet).parts
            for staff in part.staves
            for bar in staff
            for voice in bar.voices
            for sign in voice
        )
        for sheet in (music, by_segue)
    ]
    assert tuplets == [False, True]
