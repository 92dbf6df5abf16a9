import numpy as np
import pytest

from export.judging.features.harmony import harmony
from export.judging.features.melody import melody
from export.judging.features.part_shares import part_shares
from export.judging.features.returns import returns
from export.judging.features.rhythm import rhythm
from export.judging.features.sound import durations, dynamics
from export.judging.features.table import feature_rows
from export.judging.features.texture import texture
from export.judging.piece import Piece
from export.judging.windows import EVENTS, Window
from presets.music.encoding import Position, encode
from presets.music.event import PPQ, Event, Note
from tests.export.judging.tunes import music, piece, tune

SCALE = [60, 62, 64, 65, 67, 69, 71, 72]


def of(measure, heard):
    return measure(Window(heard, 0))


def test_a_scale_in_eighths_has_the_rhythm_of_eighths():
    found = of(rhythm, tune(*SCALE * 8, ioi=PPQ // 2))
    assert found["intervals of an eighth"] == 1
    assert found["intervals of a sixteenth"] == found["intervals of a quarter"] == 0
    assert found["entropy of the intervals"] == 0
    assert found["events on the bar line"] == 1 / 8
    assert found["events on a beat"] == found["events halfway between beats"] == 1 / 2
    assert found["events off sixteenths and triplets"] == 0
    assert found["beats with an event"] == pytest.approx(1, abs=0.05)


def test_a_scale_goes_up_by_steps_and_down_by_a_leap():
    found = of(melody, tune(*SCALE * 8))
    assert found["melody: steps"] == pytest.approx(56 / 63)
    assert found["melody: leaps"] == found["melody: leaps of an octave or more"] == pytest.approx(7 / 63)
    assert found["melody: repeated notes"] == 0
    assert found["bass: steps"] == found["melody: steps"]
    assert found["melody: events with a note of it"] == 1


def test_a_note_under_one_that_still_sounds_is_no_melody():
    events = [
        Event(0 if n == 0 else PPQ, (Note(48, PPQ // 2, 64),) if n % 4 else (Note(72, 4 * PPQ, 64),))
        for n in range(EVENTS)
    ]
    heard = Piece("tune", "", encode(events, music("tune", *[[60]] * EVENTS).positions, 1))
    found = of(melody, heard)
    assert found["melody: repeated notes"] == 1
    assert found["melody: events with a note of it"] == 1 / 4
    assert found["bass: repeated notes"] == pytest.approx(1 / 2, abs=0.01)


def test_chords_have_their_sizes_and_gaps():
    found = of(texture, piece(*[[48, 60, 64], [60]] * 32))
    assert found["notes an event"] == 2
    assert found["events of one note"] == 1 / 2
    assert found["semitones from note to note of a chord"] == 8
    assert found["gaps above an octave"] == 0
    assert found["notes an event, after as many"] == pytest.approx(-1, abs=0.1)
    assert found["sounding notes a beat"] == 2
    assert found["semitones from the lowest to the highest note"] == 16


def test_a_major_scale_has_a_clear_key_and_all_twelve_notes_have_none():
    clear, blurred = of(harmony, tune(*SCALE * 8)), of(harmony, tune(*(60 + n % 12 for n in range(EVENTS))))
    assert clear["clarity of the key"] > 0.75 > blurred["clarity of the key"]
    assert blurred["entropy of the pitch classes"] == pytest.approx(np.log2(12), abs=0.01)
    assert clear["drift of the tonal profile"] == 0
    assert of(harmony, tune(*[60] * 32, *[61] * 32))["drift of the tonal profile"] == 1


@pytest.mark.parametrize(
    ("chord", "feature"),
    [
        ([60, 61], "dissonances"),
        ([60, 66], "dissonances"),
        ([60, 71], "dissonances"),
        ([60, 64], "thirds and sixths"),
        ([60, 69], "thirds and sixths"),
        ([60, 67], "fourths and fifths"),
        ([60, 79], "fourths and fifths"),
    ],
)
def test_an_interval_counts_as_what_it_is(chord, feature):
    found = of(harmony, piece(*[chord] * EVENTS))
    names = ("dissonances", "thirds and sixths", "fourths and fifths")
    assert {name: found[name] for name in names} == {name: float(name == feature) for name in names}


def test_a_note_that_rings_makes_an_interval_with_the_next():
    found = of(harmony, tune(*[60, 61] * 32, length=PPQ + PPQ // 2))
    assert found["dissonances"] == 1


def test_loudness_is_counted_in_classes():
    loud = [Event(0 if n == 0 else PPQ, (Note(60, PPQ, 40), Note(72, PPQ, 80))) for n in range(EVENTS)]
    heard = Piece("tune", "", encode(loud, music("tune", *[[60]] * EVENTS).positions, 1))
    found = of(dynamics, heard)
    assert found["mean loudness"] == 15
    assert found["spread of the loudness within an event"] == 5
    assert found["louder the higher"] == pytest.approx(1)
    assert found["change of loudness from event to event"] == 0


def test_durations_are_compared_with_the_interval_that_follows():
    found = of(durations, tune(*[60] * EVENTS, length=PPQ // 2))
    assert found["log of the duration over the interval"] == -1
    assert found["notes that end with the next event"] == 0
    assert of(durations, tune(*[60] * EVENTS))["notes that end with the next event"] == 1
    assert of(durations, piece(*[[60, 64]] * EVENTS))["notes of a chord that end together"] == 1


def test_a_figure_in_every_bar_returns_in_whatever_key():
    bars = [[60 + bar, 64 + bar, 67 + bar, 64 + bar] for bar in range(16)]
    found = of(returns, tune(*(note for bar in bars for note in bar)))
    assert found["texture again after a bar"] == found["rhythm again after 8 bars"] == 1
    assert found["texture of any earlier bar"] == 1


def test_what_returns_after_eight_bars_is_not_there_after_four():
    rng = np.random.default_rng(0)
    eight = [int(note) for note in rng.integers(50, 80, 32)]
    found = of(returns, tune(*eight * 2))
    assert found["texture again after 8 bars"] == 1
    assert found["texture again after 4 bars"] < 0.5
    assert found["rhythm again after 4 bars"] == 1


def test_a_beat_is_a_beat_wherever_the_music_begins():
    on_the_beat, upbeat = tune(*SCALE * 8), tune(*SCALE * 8, late=PPQ // 2)
    assert of(texture, on_the_beat)["sounding notes a beat"] == 1
    # Each note sounds in two beats, but for the first half of the first.
    assert of(texture, upbeat)["sounding notes a beat"] == pytest.approx(2, abs=0.05)
    short = {"ioi": PPQ, "length": PPQ // 4}
    for heard in (tune(*SCALE * 8, **short), tune(*SCALE * 8, late=PPQ // 2, **short)):
        assert of(texture, heard)["sounding notes a beat"] == 1
        assert of(rhythm, heard)["beats with an event"] == 1


def test_without_bar_lines_there_are_no_events_on_one():
    positions = [Position(0, PPQ)] * EVENTS
    heard = Piece("tune", "", encode(music("tune", *[[60]] * EVENTS).events, positions, 1), False)
    assert "events on the bar line" not in of(rhythm, heard)
    assert "events on the bar line" in of(rhythm, tune(*[60] * EVENTS))


def test_parts_have_their_shares():
    events = [
        Event.of(
            0 if n == 0 else PPQ,
            [Note(72, PPQ, 64, 1)] + [Note(note, PPQ, 64, 0) for note in (48, 52)] * (n % 2),
        )
        for n in range(EVENTS)
    ]
    heard = Piece("tune", "", encode(events, music("tune", *[[60]] * EVENTS).positions, 2))
    assert of(part_shares, heard) == {
        "part 1: share of the notes": 1 / 2,
        "part 2: share of the notes": 1 / 2,
        "part 1: share of the events": 1 / 2,
        "part 2: share of the events": 1,
    }
    assert of(part_shares, tune(*[60] * EVENTS)) == {}


def test_a_key_of_its_own_tells_no_piece_from_another():
    rng = np.random.default_rng(1)
    notes = [int(note) for note in rng.integers(50, 70, EVENTS)]
    windows = [Window(tune(*(note + shift for note in notes)), 0) for shift in (0, 5)]
    names, rows = feature_rows(windows, has_dynamics=True)
    different = {
        name
        for name, one, other in zip(names, *rows, strict=True)
        if one != pytest.approx(other, nan_ok=True)
    }
    assert different == {"mean pitch of the lowest notes", "mean pitch of the highest notes"}


def test_without_dynamics_loudness_is_no_feature():
    windows = [Window(tune(*[60] * EVENTS, velocity=velocity), 0) for velocity in (40, 90)]
    _, rows = feature_rows(windows, has_dynamics=False)
    assert np.array_equal(rows[0], rows[1], equal_nan=True)
    names, rows = feature_rows(windows, has_dynamics=True)
    assert rows[0][names.index("mean loudness")] != rows[1][names.index("mean loudness")]
