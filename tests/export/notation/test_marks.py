from export.notation.bars import bars_until
from export.notation.beams import beams
from export.notation.durations import Value
from export.notation.swing import STRAIGHT, find_swing
from export.notation.tempo_marks import tempo_marks
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.recording import Recording

FOUR = Meter(4, 4)


def marks(*tempos: tuple[int, float]) -> list[int | None]:
    """Of eight bars, by (bar, quarter notes a minute)."""
    changes = tuple((bar * 4 * PPQ, round(60e6 / bpm)) for bar, bpm in tempos)
    bars = bars_until([(0, FOUR)], 8 * 96)
    return tempo_marks(Recording("x", ((0, FOUR),), changes, (), ()), bars)


def test_the_first_tempo_is_marked() -> None:
    assert marks((0, 120)) == [120] + [None] * 7


def test_a_new_tempo_is_marked_once() -> None:
    assert marks((0, 120), (4, 90)) == [120, None, None, None, 90, None, None, None]


def test_eight_percent_are_a_new_tempo_and_seven_are_none() -> None:
    assert marks((0, 100), (2, 108), (5, 99.36)) == [100, None, 108, None, None, 99, None, None]
    assert marks((0, 100), (2, 107), (5, 93)) == [100] + [None] * 7


def test_a_player_who_breathes_changes_no_tempo() -> None:
    assert marks((0, 120), (2, 124), (3, 117), (5, 80), (6, 121)) == [120] + [None] * 7


def states(*values: tuple[int, int, str], rests: tuple[int, ...] = (), meter: Meter = FOUR) -> list[tuple]:
    written = [Value(*value) for value in values]
    return beams(written, [index not in rests for index in range(len(written))], meter)


def test_eighths_are_bound_by_half_bars() -> None:
    eighths = [(12 * i, 12 * i + 12, "eighth") for i in range(8)]
    one = [("start",), ("continue",), ("continue",), ("stop",)]
    assert states(*eighths) == one + one


def test_in_six_eight_they_are_bound_by_three() -> None:
    eighths = [(12 * i, 12 * i + 12, "eighth") for i in range(6)]
    assert states(*eighths, meter=Meter(6, 8)) == [("start",), ("continue",), ("stop",)] * 2


def test_shorter_notes_are_bound_by_beats() -> None:
    sixteenths = [(6 * i, 6 * i + 6, "16th") for i in range(8)]
    one = [("start", "start"), ("continue", "continue"), ("continue", "continue"), ("stop", "stop")]
    assert states(*sixteenths, (48, 96, "half")) == [*one, *one, ()]


def test_a_dotted_eighth_has_a_stub_at_its_sixteenth() -> None:
    found = beams([Value(0, 18, "eighth", 1), Value(18, 24, "16th")], [True, True], Meter(1, 4))
    assert found == [("start",), ("stop", "partial-left")]


def test_rests_part_beams() -> None:
    assert states((0, 12, "eighth"), (12, 24, "eighth"), (24, 96, "half"), rests=(1,)) == [(), (), ()]


def test_swing_is_heard_in_late_second_eighths() -> None:
    swung = [beat * PPQ + place for beat in range(20) for place in (0, 320)]
    assert round(find_swing(swung)) == 67


def test_straight_eighths_triplets_and_dotted_rhythms_are_no_swing() -> None:
    for places in ((0, 240), (0, 160, 320), (0, 360), (0,)):
        assert find_swing(beat * PPQ + place for beat in range(40) for place in places) == STRAIGHT
