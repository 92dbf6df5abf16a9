from collections.abc import Sequence

import pytest

from presets.bundles.settings import Meter
from presets.music.encoding import BEAT
from presets.music.event import Event, Note
from training.score.reading.layout import Layout
from training.score.reading.piece import ScorePiece
from training.score.reading.split import BOTH_NAMED_RULE, NAMED_RULE, RULE, SplitError, split


def piece_of(name: str, tune: Sequence[int], step: int = 240, velocity: int = 64) -> ScorePiece:
    """A tune in equal notes."""
    events = [Event.of(step * (index > 0), [Note(note, step, velocity)]) for index, note in enumerate(tune)]
    positions = [BEAT.after(step * index) for index in range(len(events))]
    return ScorePiece(name, f"sha256 of {name}", tuple(events), tuple(positions), 120.0, Meter())


def tune(number: int, length: int = 20) -> list[int]:
    """A tune that shares no motif with that of another number."""
    return [60 + (index * index * (number + 1) + number * index) % 31 for index in range(length)]


def pieces(count: int) -> list[ScorePiece]:
    return [piece_of(f"{number:02}.mid", tune(number)) for number in range(1, count + 1)]


def test_the_5th_of_ten_validates_and_the_10th_tests() -> None:
    parted = split(reversed(pieces(25)), Layout())
    assert parted.valid == ("05.mid", "15.mid", "25.mid")
    assert parted.test == ("10.mid", "20.mid")
    assert parted.train == tuple(
        f"{number:02}.mid" for number in range(1, 26) if number % 10 != 5 and number % 10 != 0
    )
    assert parted.rule == RULE


@pytest.mark.parametrize(
    ("count", "valid", "test"),
    [
        (1, (), ()),
        (2, (), ()),
        (3, ("03.mid",), ()),
        (4, ("04.mid",), ()),
        (5, ("05.mid",), ()),
        (9, ("05.mid",), ()),
    ],
)
def test_of_few_pieces_as_many_are_held_out_as_can_be(
    count: int, valid: tuple[str], test: tuple[str]
) -> None:
    parted = split(pieces(count), Layout())
    assert (parted.valid, parted.test, len(parted.train)) == (valid, test, count - len(valid))


def test_the_same_notes_under_another_name_in_another_key_and_as_loud_as_may_be_are_left_out() -> None:
    again = piece_of("03 again.mid", [note - 5 for note in tune(3)], velocity=100)
    parted = split([*pieces(9), again], Layout())
    assert parted.duplicates == {"03.mid": "03 again.mid"}
    assert "03.mid" not in parted.train + parted.valid + parted.test


def test_another_rhythm_is_no_duplicate() -> None:
    assert not split([*pieces(2), piece_of("03.mid", tune(2), step=480)], Layout()).duplicates


def test_versions_stay_on_one_side_and_count_as_one() -> None:
    """A second version of the tenth begins as it does, and stands fifth."""
    version = piece_of("04b.mid", [note + 2 for note in tune(10)[:12]] + tune(40)[:8])
    parted = split([*pieces(10), version], Layout())
    assert parted.valid == ("04b.mid", "10.mid")
    assert parted.test == ("09.mid",)
    assert not parted.duplicates


def test_short_pieces_without_a_motif_are_no_versions() -> None:
    short = [piece_of(f"{number}.mid", tune(number, length=5)) for number in range(3)]
    assert split(short, Layout()).valid == ("2.mid",)


def test_named_pieces_test_with_their_versions_and_the_others_validate_by_the_rule() -> None:
    version = piece_of("03 short.mid", tune(3)[:14])
    parted = split([*pieces(25), version], Layout(test=("03.", "10")))
    assert parted.test == ("03 short.mid", "03.mid", "10.mid")
    assert parted.valid == ("06.mid", "17.mid")
    assert not {*parted.train} & {*parted.valid, *parted.test}
    assert parted.rule == NAMED_RULE


def test_of_duplicates_the_named_one_stays() -> None:
    parted = split([*pieces(4), piece_of("00.mid", tune(3))], Layout(test=("03",)))
    assert parted.test == ("03.mid",)
    assert parted.duplicates == {"00.mid": "03.mid"}


def test_names_begin_after_the_folder() -> None:
    folder = [piece_of(f"waltzes/{piece.name}", tune(20 + index)) for index, piece in enumerate(pieces(2))]
    assert split([*pieces(4), *folder], Layout(test=("01", "02"))).test == (
        "01.mid",
        "02.mid",
        "waltzes/01.mid",
        "waltzes/02.mid",
    )


def test_what_is_left_out_is_left_out_with_its_duplicates_and_versions() -> None:
    others = [
        piece_of("00 again.mid", [note + 3 for note in tune(3)]),
        piece_of("30 version.mid", tune(3)[:14]),
        piece_of("31 version.mid", tune(5)[:14]),
    ]
    parted = split([*pieces(10), *others], Layout(test=("05", "06"), leave_out=("03", "05")))
    assert parted.left_out == ("03.mid", "05.mid", "30 version.mid", "31 version.mid")
    assert parted.duplicates == {"00 again.mid": "03.mid"}
    assert parted.test == ("06.mid",)
    assert not {*parted.left_out, "00 again.mid"} & {*parted.train, *parted.valid}


def test_a_corpus_with_its_own_split_leaves_out_what_it_is_told_to() -> None:
    own = [piece_of(f"{role}/{n}.mid", tune(n)) for role in ("train", "valid", "test") for n in range(2)]
    parted = split(own, Layout(leave_out=("1",)))
    assert (parted.train, parted.valid, parted.test) == (("train/0.mid",), ("valid/0.mid",), ("test/0.mid",))
    assert parted.left_out == ("test/1.mid", "train/1.mid", "valid/1.mid")


def test_named_pieces_choose_the_epoch_with_their_versions_and_no_others_do() -> None:
    version = piece_of("07 short.mid", tune(7)[:14])
    parted = split([*pieces(12), version], Layout(test=("03", "10"), valid=("02.", "07.")))
    assert parted.test == ("03.mid", "10.mid")
    assert parted.valid == ("02.mid", "07 short.mid", "07.mid")
    assert len(parted.train) == 8
    assert parted.rule == BOTH_NAMED_RULE


def test_a_piece_that_is_named_twice_is_a_test_piece() -> None:
    parted = split(pieces(6), Layout(test=("03",), valid=("03", "04")))
    assert (parted.test, parted.valid) == (("03.mid",), ("04.mid",))


@pytest.mark.parametrize("key", ["test", "valid", "leave_out"])
def test_a_named_piece_that_is_not_there_is_refused(key: str) -> None:
    with pytest.raises(SplitError, match=f"`{key}` names must be .* no file there begins with '11'"):
        split(pieces(10), Layout(**{key: ("03", "11")}))


def test_test_pieces_that_leave_nothing_to_learn_from_are_refused() -> None:
    with pytest.raises(SplitError, match="no pieces are left for training beside the 2 test pieces"):
        split(pieces(2), Layout(test=("0",)))
