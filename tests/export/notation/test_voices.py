from itertools import pairwise

from hypothesis import given

from export.notation.bars import UNIT, bars_until
from export.notation.quantising import quantise
from export.notation.voices import Chord, divide_voices
from presets.bundles.settings import Meter
from presets.sets.recording import Recorded, Recording
from tests.export.notation.recordings import melody, recordings


def voices(*notes: tuple[float, float, int], meter: Meter = Meter(4, 4)) -> list[list[tuple]]:  # noqa: B008
    bars = bars_until([(0, meter)], 400)
    divided = divide_voices(quantise(sorted(melody(*notes)), bars), bars)
    return [[(chord.begin, chord.end, chord.notes) for chord in voice] for voice in divided]


def test_chords_of_one_length_are_one_voice() -> None:
    assert voices((0, 1, 60), (0, 1, 64), (1, 1, 62), (1, 1, 65)) == [
        [(0, 24, (60, 64)), (24, 48, (62, 65))],
        [],
    ]


def test_a_held_bass_is_the_lower_voice_and_chords_over_it_the_upper() -> None:
    waltz = [(0, 3, 43), (1, 1, 59), (1, 1, 62), (2, 1, 59), (2, 1, 62)]
    upper, lower = voices(*waltz, meter=Meter(3, 4))
    assert lower == [(0, 72, (43,))]
    assert upper == [(24, 48, (59, 62)), (48, 72, (59, 62))]


def test_a_held_melody_is_the_upper_voice() -> None:
    upper, lower = voices((0, 4, 76), *((i, 1, 60 + i) for i in range(4)))
    assert upper == [(0, 96, (76,))]
    assert [notes for _, _, notes in lower] == [(60,), (61,), (62,), (63,)]


def test_legato_that_overlaps_a_little_is_one_voice() -> None:
    upper, lower = voices(*((i, 1.1, 60 + i) for i in range(4)))
    assert lower == []
    assert [(begin, end) for begin, end, _ in upper] == [(0, 24), (24, 48), (48, 72), (72, 96)]


def test_short_silences_are_closed_and_long_ones_begin_on_a_beat() -> None:
    (upper, _) = voices((0, 0.8, 60), (1, 0.2, 62), (1.5, 0.2, 64), (6, 1, 65))
    assert [(begin, end) for begin, end, _ in upper] == [(0, 24), (24, 36), (36, 48), (144, 168)]


def test_a_note_that_is_much_shorter_than_written_is_staccato() -> None:
    bars = bars_until([(0, Meter())], 400)
    (upper, _) = divide_voices(quantise(melody((0, 0.25, 60), (1, 0.9, 62)), bars), bars)
    assert [chord.staccato for chord in upper] == [True, False]


@given(recordings())
def test_no_voice_overlaps_itself_and_each_note_is_in_one(music: Recording) -> None:
    bars = bars_until(music.meters, music.end // UNIT + 48)
    for track in music.tracks:
        placed = quantise(track.notes, bars)
        divided = divide_voices(placed, bars)
        for voice in divided:
            assert all(a.end <= b.begin for a, b in pairwise(voice))
            assert all(chord.begin < chord.end for chord in voice)
        found = sorted((chord.begin, note) for voice in divided for chord in voice for note in chord.notes)
        assert found == [(note.begin, note.note) for note in placed]
        assert all(isinstance(chord, Chord) and chord.notes for voice in divided for chord in voice)


def test_a_repeated_note_is_struck_again() -> None:
    bars = bars_until([(0, Meter())], 400)
    notes = [Recorded(0, 60, 200, 64), Recorded(240, 60, 200, 64)]
    (upper, _) = divide_voices(quantise(notes, bars), bars)
    assert [chord.begin for chord in upper] == [0, 12]
